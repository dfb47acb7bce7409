import { DataFrame, FieldColorModeId, FieldConfig, FieldType, toDataFrame } from '@grafana/data';

import { t } from './i18n';
import { labelsKey } from './labels';
import { Period, periodOf } from './period';
import { WorkloadRow } from './rows';

/**
 * The remaining budget over time: whole at the start of the window, the current value at the end.
 */
export interface Burndown {
  /** The range of the chart. For a calendar window it extends beyond the present. */
  period: Period;
  /** Milliseconds since 1970. */
  times: number[];
  /** Remaining share of the window's budget; null where unmeasured. */
  left: Array<number | null>;
}

/**
 * The burn-down of a row by its bad events over time: each spends an equal share of the budget that the row has spent, so
 * that the line starts at 100% and ends at the row's own budget. Undefined if the row lacks its window, its budget or its
 * bad events.
 */
export function burnDown(row: WorkloadRow, bad: DataFrame[], instant: number): Burndown | undefined {
  const period = row.window ? periodOf(row.window, instant) : undefined;
  const series = seriesOf(bad, 'bad', row);
  if (!period || row.budget === null || row.bad === null || !series) {
    return undefined;
  }
  const inside = series.filter(([time]) => time > period.from && time <= instant);
  const counted = inside.reduce((sum, [, value]) => sum + (value ?? 0), 0);
  // The first step may begin before the window, the last one ends before the instant.
  const all = Math.max(row.bad, counted);
  const times = [period.from];
  const left: Array<number | null> = [1];
  let sum = 0;
  for (const [time, value] of inside) {
    sum += value ?? 0;
    times.push(time);
    left.push(value === null ? null : 1 - (all > 0 ? ((1 - row.budget) * sum) / all : 0));
  }
  if (times[times.length - 1] < instant) {
    times.push(instant);
    left.push(row.budget);
  }
  return { period, times, left };
}

/**
 * A budget over time in the panel's data: a series `budget` with the row's labels, from any data
 * source.
 */
export function givenBurndown(row: WorkloadRow, series: DataFrame[]): Burndown | undefined {
  const points = seriesOf(series, 'budget', row);
  if (!points?.length) {
    return undefined;
  }
  const times = points.map(([time]) => time);
  return { period: { from: times[0], to: times[times.length - 1] }, times, left: points.map(([, value]) => value) };
}

/**
 * The frames of a chart: the remaining budget, and that of an even burn. Colors are names in
 * Grafana, or CSS.
 */
export function burndownFrames({ period, times, left }: Burndown, color: string): DataFrame[] {
  return [
    frame(t('burndown.left', 'Error budget remaining'), times, left, {
      color: { mode: FieldColorModeId.Fixed, fixedColor: color },
      custom: { lineWidth: 2, fillOpacity: 12, lineInterpolation: 'linear', spanNulls: false },
    }),
    frame(t('burndown.even', 'Even burn'), [period.from, period.to], [1, 0], {
      color: { mode: FieldColorModeId.Fixed, fixedColor: 'text' },
      custom: { lineWidth: 1, fillOpacity: 0, lineStyle: { fill: 'dash', dash: [6, 6] } },
    }),
  ];
}

function frame(name: string, times: number[], values: Array<number | null>, config: FieldConfig): DataFrame {
  return toDataFrame({
    name,
    fields: [
      { name: 'time', type: FieldType.time, config: {}, values: times },
      { name, type: FieldType.number, config: { unit: 'percentunit', displayName: name, ...config }, values },
    ],
  });
}

/**
 * The points of the series with this name and the row's labels. If it has an SLO, it must be the
 * row's.
 */
function seriesOf(frames: DataFrame[], name: string, row: WorkloadRow): Array<[number, number | null]> | undefined {
  for (const { fields, length } of frames) {
    const time = fields.find((field) => field.type === FieldType.time);
    const value = fields.find((field) => field.type === FieldType.number && field.name === name);
    if (!time || !value || !belongs(value.labels ?? {}, row)) {
      continue;
    }
    return Array.from({ length }, (_, index) => [time.values[index], finite(value.values[index])]);
  }
  return undefined;
}

function belongs({ slo, window, ...labels }: Record<string, string>, row: WorkloadRow): boolean {
  return (
    (slo === undefined || slo === row.slo) &&
    (window === undefined || window === row.window) &&
    labelsKey(labels) === row.group
  );
}

function finite(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
