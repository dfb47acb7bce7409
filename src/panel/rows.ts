import { DataFrame, Field, FieldType, Labels } from '@grafana/data';

import { ColumnChoice } from './columns';
import { Identity, LabelRoles, identify, labelRoles, labelsKey } from './labels';
import { nearestBurn } from './nearestBurn';
import { BurnPair, burnPairs } from './pairs';
import { Judgement, State, readState, stateOfBudget } from './state';
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

/**
 * One workload with one SLO. Numbers are null if unmeasured. Those that do not decide the order of rows are read from the
 * frame when they are used: most rows of a long table are never drawn.
 */
export class WorkloadRow implements Identity, Judgement {
  /** Stable across refreshes. */
  readonly key: string;
  readonly name: string;
  readonly namespace?: string;
  readonly kind?: string;
  readonly others: string[];
  readonly labels: Labels;
  /** The same for rows with the same labels. */
  readonly group: string;
  readonly slo: string;
  /** The SLO's window as the data source formats it, such as "30d" or "month Europe/Berlin". */
  readonly window?: string;
  readonly state: State;
  readonly word?: string;
  readonly firing: string[];
  readonly severities: string[];
  /** Remaining share of the budget; negative if overspent. */
  readonly budget: number | null;
  private pairs?: Burn[];

  /** `unique` makes the keys of several frames distinct. */
  constructor(
    private readonly source: Source,
    /** Its index in the frame. */
    readonly index: number,
    unique: (key: string) => string
  ) {
    const { fields, low } = source;
    this.labels = readLabels(source, index);
    this.group = labelsKey(this.labels);
    this.slo = textAt(fields.slo, index);
    const { name, namespace, kind, others } = identify(this.labels, source.roles, this.slo || 'all events');
    this.name = name;
    this.namespace = namespace;
    this.kind = kind;
    this.others = others;
    const window = textAt(fields.window, index);
    this.window = window || source.windows[this.slo];
    this.key = unique([this.slo, window, this.group].filter(Boolean).join(' '));
    this.budget = this.number('budget');
    const severities = source.severities.filter(({ field }) => numberAt(field, index) !== null);
    this.severities = severities.map(({ name }) => name);
    this.firing = severities.filter(({ field }) => field?.values[index] === 1).map(({ name }) => name);
    const { state, word } = fields.state
      ? readState(fields.state, this.number('state'))
      : { state: stateOfBudget(this.budget, this.firing.length > 0 || Boolean(nearestBurn(this)?.fires)) };
    // "low" is between ok and exhausted.
    this.state = state === 'ok' && this.budget !== null && this.budget < low ? 'low' : state;
    this.word = this.state === state ? word : undefined;
  }

  /** The query that returned it. */
  get refId(): string | undefined {
    return this.source.refId;
  }

  /** The frame's fields by name, with units, decimals and thresholds. */
  get fields(): FieldsByName {
    return this.source.fields;
  }

  /** The fields with data links. */
  get linked(): Field[] {
    return this.source.linked;
  }

  /** A remaining budget below this share is low. */
  get low(): number {
    return this.source.low;
  }

  get about(): About | undefined {
    return this.source.about[this.slo];
  }

  get coverage(): number | null {
    return this.number('coverage');
  }

  /** Ratios, 0.999 being 99.9%. */
  get objective(): number | null {
    return this.number('objective');
  }

  get sli(): number | null {
    return this.number('sli');
  }

  /** The remaining share 24 hours earlier. */
  get budgetAgo(): number | null {
    return this.number('budget_ago');
  }

  /** Remaining bad events in the budget. */
  get budgetEvents(): number | null {
    return this.number('budget_events');
  }

  /** Remaining minutes of full outage in the budget. */
  get budgetMinutes(): number | null {
    return this.number('budget_minutes');
  }

  get burns(): Burn[] {
    this.pairs ??= this.source.burns.map(({ pair, long, short, factor }) => ({
      ...pair,
      longRate: numberAt(long, this.index),
      shortRate: numberAt(short, this.index),
      factor: numberAt(factor, this.index),
    }));
    return this.pairs;
  }

  /** Seconds until the budget is exhausted at the current burn rate; null is "not within the window". */
  get exhaustedIn(): number | null {
    return this.number('exhausted_in');
  }

  /** Seconds. */
  get p95(): number | null {
    return this.number('p95');
  }

  /** The p95 is greater than `p95`, the histogram's last finite bucket. */
  get p95Bounded(): boolean {
    return this.number('p95_bounded') === 1;
  }

  get p95Target(): number | null {
    return this.number('p95_target');
  }

  /** Events per second. */
  get throughput(): number | null {
    return this.number('throughput');
  }

  get events(): number | null {
    return this.number('events');
  }

  get bad(): number | null {
    return this.number('bad');
  }

  get trend(): Trend | undefined {
    return this.source.trendAt(this.index, this.group);
  }

  private number(name: string): number | null {
    return numberAt(this.source.fields[name], this.index);
  }
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
  const unique = uniqueKeys();
  return {
    rows: tables.flatMap((frame) => {
      const source = sourceOf(frame, trends, low);
      return Array.from({ length: frame.length }, (_, index) => new WorkloadRow(source, index, unique));
    }),
    instant: instants.length > 0 ? Math.max(...instants) : undefined,
    cached: tables.some((frame) => frame.meta?.isCachedResponse),
  };
}

/** A frame contains workloads if it has a state or a budget for each row, from any data source. */
export function isWorkloadsFrame(frame: DataFrame): boolean {
  const has = (name: string) => frame.fields.some((field) => field.name === name && field.type === FieldType.number);
  return (has('state') || has('budget')) && !frame.fields.some((field) => field.type === FieldType.time);
}

function sourceOf(frame: DataFrame, trends: Map<string, Trend>, low: number): Source {
  const fields: FieldsByName = Object.fromEntries(frame.fields.map((field) => [field.name, field]));
  const { groupBy, windows, about } = meta(frame);
  const names = frame.fields.filter(isLabel).map((field) => field.name);
  const labelNames = groupBy ? groupBy.filter((name) => names.includes(name)) : names;
  return {
    fields,
    linked: frame.fields.filter(({ config }) => config.links?.length),
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
}

/** A frame with workloads. */
interface Source {
  fields: FieldsByName;
  linked: Field[];
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
function uniqueKeys(): (key: string) => string {
  const seen = new Map<string, number>();
  return (key) => {
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return count === 1 ? key : `${key} #${count}`;
  };
}
