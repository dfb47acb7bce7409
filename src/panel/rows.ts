import { DataFrame, Field, FieldType, Labels } from '@grafana/data';

import { ColumnChoice } from './columns';
import { Identity, LabelRoles, identify, labelRoles, labelsKey } from './labels';
import { BurnPair, burnPairs } from './pairs';
import { Judgement, readState } from './state';
import { TREND_COLUMN, Trend, readTrends, trendReader } from './trends';

/**
 * A burn window pair of one row. Rates are multiples of an even burn, which spends the budget
 * exactly in its window.
 */
export interface Burn extends BurnPair {
  longRate: number | null;
  shortRate: number | null;
  /** The threshold of the pair. */
  factor: number | null;
}

/** The SLO's own information. */
export interface About {
  description?: string;
  runbook?: string;
  /** It counts slices of time, and not single events. */
  slices?: boolean;
}

/** One workload with one SLO. Numbers are null if unmeasured. */
export interface WorkloadRow extends Identity, Judgement {
  /** Stable across refreshes. */
  key: string;
  /** The query that returned it. */
  refId?: string;
  /** Its index in the frame. */
  index: number;
  labels: Labels;
  /** The same for rows with the same labels. */
  group: string;
  slo: string;
  /** The SLO's window as the data source formats it, such as "30d" or "month Europe/Berlin". */
  window?: string;
  /** Ratios, 0.999 being 99.9%. */
  objective: number | null;
  sli: number | null;
  /** Remaining share of the budget; negative if overspent. */
  budget: number | null;
  /** The remaining share 24 hours earlier. */
  budgetAgo: number | null;
  /** Remaining bad events in the budget. */
  budgetEvents: number | null;
  /** Remaining minutes of full outage in the budget. */
  budgetMinutes: number | null;
  burns: Burn[];
  /**
   * Seconds until the budget is exhausted at the current burn rate; null is "not within the
   * window".
   */
  exhaustedIn: number | null;
  /** Seconds. */
  p95: number | null;
  /** The p95 is greater than `p95`, the histogram's last finite bucket. */
  p95Bounded: boolean;
  p95Target: number | null;
  /** Events per second. */
  throughput: number | null;
  events: number | null;
  bad: number | null;
  trend?: Trend;
  about?: About;
  /** A remaining budget below this share is low. */
  low: number;
  /** The frame's fields by name, with units, decimals and thresholds. */
  fields: FieldsByName;
}

export type FieldsByName = Record<string, Field | undefined>;

export interface Workloads {
  rows: WorkloadRow[];
  /** The time of the rows, in milliseconds since 1970; the latest one of several frames. */
  instant?: number;
  /** Some rows are from Grafana's query cache. */
  cached: boolean;
}

/** The columns that have values: a summary has no sparklines, and not every SLO has a p95. */
export function withData(columns: ColumnChoice[], rows: WorkloadRow[]): ColumnChoice[] {
  return columns.filter((column) => {
    switch (column) {
      case 'p95':
        return rows.some(({ p95, p95Target }) => p95 !== null || p95Target !== null);
      case 'throughput':
        return rows.some(({ throughput }) => throughput !== null);
      case 'trend':
        return rows.some(({ trend }) => trend !== undefined);
      default:
        return true;
    }
  });
}

interface WorkloadsMeta {
  instant?: number;
  groupBy?: string[];
  windows?: Record<string, string>;
  about?: Record<string, About>;
}

/** A remaining budget below this share is low. */
export const LOW_BUDGET = 0.1;

/**
 * Reads every frame with workloads, and skips others. The state of an ok budget below `low` is
 * "low".
 */
export function readWorkloads(frames: DataFrame[], low = LOW_BUDGET): Workloads {
  const tables = frames.filter(isWorkloadsFrame);
  const trends = readTrends(frames);
  const instants = tables.map((frame) => meta(frame).instant).filter((instant) => typeof instant === 'number');
  return {
    rows: uniqueKeys(tables.flatMap((frame) => readFrame(frame, trends, low))),
    instant: instants.length > 0 ? Math.max(...instants) : undefined,
    cached: tables.some((frame) => frame.meta?.isCachedResponse),
  };
}

/** A frame contains workloads if it has a state or a budget for each row, from any data source. */
export function isWorkloadsFrame(frame: DataFrame): boolean {
  const has = (name: string) => frame.fields.some((field) => field.name === name && field.type === FieldType.number);
  return (has('state') || has('budget')) && !frame.fields.some((field) => field.type === FieldType.time);
}

function readFrame(frame: DataFrame, trends: Map<string, Trend>, low: number): WorkloadRow[] {
  const fields: FieldsByName = Object.fromEntries(frame.fields.map((field) => [field.name, field]));
  const { groupBy, windows, about } = meta(frame);
  const names = frame.fields.filter(isLabel).map((field) => field.name);
  const labelNames = groupBy ? groupBy.filter((name) => names.includes(name)) : names;
  const source: Source = {
    fields,
    refId: frame.refId,
    labelNames,
    roles: labelRoles(labelNames),
    severities: suffixes(frame, 'firing_').map((name) => ({ name, field: fields[`firing_${name}`] })),
    burns: burnPairs(frame).map((pair) => ({
      pair,
      long: fields[`burn_${pair.long}`],
      short: fields[`burn_${pair.short}`],
      factor: fields[pair.factorField ?? `factor_${pair.long}`],
    })),
    windows: windows ?? {},
    about: about ?? {},
    trendAt: trendsOf(fields, trends),
    low,
  };
  return Array.from({ length: frame.length }, (_, index) => readRow(source, index));
}

interface Source {
  fields: FieldsByName;
  refId?: string;
  labelNames: string[];
  roles: LabelRoles;
  /** Most severe first. */
  severities: Array<{ name: string; field?: Field }>;
  burns: Array<{ pair: BurnPair; long?: Field; short?: Field; factor?: Field }>;
  windows: Record<string, string>;
  about: Record<string, About>;
  trendAt: (index: number, group: string) => Trend | undefined;
  low: number;
}

/** The trends of a frame's rows, from its own column or from time series. */
function trendsOf(fields: FieldsByName, series: Map<string, Trend>): Source['trendAt'] {
  const column = fields[TREND_COLUMN];
  const read = trendReader();
  return (index, group) => (column ? read(column.values[index]) : series.get(group));
}

function readRow(source: Source, index: number): WorkloadRow {
  const number = (name: string) => numberAt(source.fields[name], index);
  const slo = textAt(source.fields.slo, index);
  const labels = readLabels(source, index);
  const severities = source.severities.filter(({ field }) => numberAt(field, index) !== null);
  const firing = severities.filter(({ field }) => numberAt(field, index) === 1);
  const window = textAt(source.fields.window, index);
  const group = labelsKey(labels);
  return {
    key: [slo, window, group].filter(Boolean).join(' '),
    refId: source.refId,
    index,
    ...identify(labels, source.roles, slo || 'all events'),
    labels,
    group,
    slo,
    window: window || source.windows[slo],
    ...stateOfRow(source, number('state'), number('budget')),
    firing: firing.map(({ name }) => name),
    severities: severities.map(({ name }) => name),
    coverage: number('coverage'),
    objective: number('objective'),
    sli: number('sli'),
    budget: number('budget'),
    budgetAgo: number('budget_ago'),
    budgetEvents: number('budget_events'),
    budgetMinutes: number('budget_minutes'),
    burns: source.burns.map(({ pair, long, short, factor }) => ({
      ...pair,
      longRate: numberAt(long, index),
      shortRate: numberAt(short, index),
      factor: numberAt(factor, index),
    })),
    exhaustedIn: number('exhausted_in'),
    p95: number('p95'),
    p95Bounded: number('p95_bounded') === 1,
    p95Target: number('p95_target'),
    throughput: number('throughput'),
    events: number('events'),
    bad: number('bad'),
    trend: source.trendAt(index, group),
    about: source.about[slo],
    low: source.low,
    fields: source.fields,
  };
}

/** The state from the data source, with "low" between ok and exhausted. */
function stateOfRow({ fields, low }: Source, code: number | null, budget: number | null) {
  const read = readState(fields.state, code);
  return read.state === 'ok' && budget !== null && budget < low ? { state: 'low' as const } : read;
}

function meta(frame: DataFrame): WorkloadsMeta {
  return (frame.meta?.custom as WorkloadsMeta | undefined) ?? {};
}

function isLabel(field: Field): boolean {
  return field.type === FieldType.string && field.name !== 'slo' && field.name !== 'window';
}

function suffixes(frame: DataFrame, prefix: string): string[] {
  return frame.fields.filter(({ name }) => name.startsWith(prefix)).map(({ name }) => name.slice(prefix.length));
}

function readLabels({ fields, labelNames }: Source, index: number): Labels {
  const labels: Labels = {};
  for (const name of labelNames) {
    const value = textAt(fields[name], index);
    if (value !== '') {
      labels[name] = value;
    }
  }
  return labels;
}

function numberAt(field: Field | undefined, index: number): number | null {
  const value = field?.values[index];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function textAt(field: Field | undefined, index: number): string {
  const value = field?.values[index];
  return value === null || value === undefined ? '' : String(value);
}

/** Two queries may return the same row. React and the reader must distinguish them. */
function uniqueKeys(rows: WorkloadRow[]): WorkloadRow[] {
  const seen = new Map<string, number>();
  return rows.map((row) => {
    const count = (seen.get(row.key) ?? 0) + 1;
    seen.set(row.key, count);
    return count === 1 ? row : { ...row, key: `${row.key} #${count}` };
  });
}
