import { DataFrame, FieldType } from '@grafana/data';

import { labelsKey } from './labels';

/** The throughput of one workload over the last day. */
export interface Trend {
  /** Milliseconds since 1970, ascending. */
  times: ArrayLike<number>;
  /** Events per second; null where nothing was measured. */
  values: ArrayLike<number | null>;
}

/** A cell of the column `throughput_trend`. */
interface TrendCell {
  from: number;
  step: number;
  values: Array<number | null>;
}

/** The column with the trend of each row. */
export const TREND_COLUMN = 'throughput_trend';

/** A reader of the cells in a column of trends, which share their times. Other values are undefined. */
export function trendReader(): (cell: unknown) => Trend | undefined {
  let last: { from: number; step: number; times: number[] } | undefined;
  return (cell) => {
    const { from, step, values } = (cell ?? {}) as Partial<TrendCell>;
    if (typeof from !== 'number' || typeof step !== 'number' || !Array.isArray(values)) {
      return undefined;
    }
    if (last?.from !== from || last.step !== step || last.times.length !== values.length) {
      last = { from, step, times: values.map((_, index) => from + index * step) };
    }
    return { times: last.times, values };
  };
}

/** Trends by the `labelsKey` of a row's labels: the time series named `throughput` of other data sources. */
export function readTrends(frames: DataFrame[]): Map<string, Trend> {
  const trends = new Map<string, Trend>();
  for (const frame of frames) {
    const time = frame.fields.find((field) => field.type === FieldType.time);
    if (!time) {
      continue;
    }
    for (const throughput of frame.fields) {
      if (throughput.type === FieldType.number && throughput.name === 'throughput') {
        trends.set(labelsKey(throughput.labels ?? {}), { times: time.values, values: throughput.values });
      }
    }
  }
  return trends;
}

/**
 * The change from the first to the last measured point, as a share of the greater one: -1 (stopped)
 * to 1 (new). Null with fewer than two points.
 */
export function trendChange(trend: Trend | undefined): number | null {
  const points = Array.from(trend?.values ?? []).filter((point): point is number => Number.isFinite(point));
  if (points.length < 2) {
    return null;
  }
  const first = points[0];
  const last = points[points.length - 1];
  const greater = Math.max(first, last);
  return greater > 0 ? (last - first) / greater : 0;
}

/** The SVG paths of a sparkline: the line, and the area below it. */
export interface TrendPaths {
  line: string;
  area: string;
}

/**
 * Draws a trend with this size in pixels, from zero up, so that drops are to scale. Unmeasured
 * points, and single points between gaps, are gaps. Undefined if nothing is measured or the size is
 * too small.
 */
export function trendPaths({ times, values }: Trend, width: number, height: number): TrendPaths | undefined {
  const first = times[0];
  const span = times[times.length - 1] - first;
  const max = Array.from(values).reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  if (!(span > 0) || width <= 0 || height <= 0) {
    return undefined;
  }
  const x = (index: number) => round(((times[index] - first) / span) * width);
  // Half of the line width stays inside on both sides.
  const y = (value: number) => round(height - 0.5 - (max > 0 ? value / max : 0) * (height - 1));
  let line = '';
  let area = '';
  for (const [from, to] of stretches(values)) {
    let way = '';
    for (let index = from; index < to; index++) {
      way += `${index > from ? 'L' : ''}${x(index)} ${y(values[index]!)}`;
    }
    line += `M${way}`;
    area += `M${x(from)} ${height}L${way}L${x(to - 1)} ${height}Z`;
  }
  return line === '' ? undefined : { line, area };
}

/**
 * The measured sections of two points or more, each as its first index and the one after its last.
 */
function stretches(values: ArrayLike<number | null>): Array<[number, number]> {
  const found: Array<[number, number]> = [];
  let from = 0;
  for (let index = 0; index <= values.length; index++) {
    if (index < values.length && Number.isFinite(values[index])) {
      continue;
    }
    if (index - from > 1) {
      found.push([from, index]);
    }
    from = index + 1;
  }
  return found;
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
