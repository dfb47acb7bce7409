import type { DataSourceJsonData } from '@grafana/data';
import type { DataQuery } from '@grafana/schema';

export type QueryType =
  | 'summary'
  | 'timeseries'
  | 'workloads'
  | 'history'
  | 'whatif'
  | 'burners'
  | 'backtest'
  | 'alerts'
  | 'annotations'
  | 'resources';

export type Metric = 'sli' | 'budget' | 'burn' | 'events' | 'bad' | 'p95' | 'throughput';

/** Counters of the whole and of the bad (or the good) events, as Prometheus selectors. */
export interface EventsSLI {
  total: string;
  bad?: string;
  good?: string;
  counting?: Counting;
}

/** The share of requests that were not slower than `threshold` (a duration, such as 300ms), from a histogram's selector. */
export interface LatencySLI {
  histogram: string;
  threshold: string;
  unit?: 's' | 'ms';
  counting?: Counting;
}

/** What is counted: exactly one of the kinds. */
export interface SLI {
  events?: EventsSLI;
  latency?: LatencySLI;
  quantile?: QuantileSLI;
  throughput?: ThroughputSLI;
  ratio?: RatioSLI;
  timeslice?: TimesliceSLI;
  probe?: ProbeSLI;
  recorded?: RecordedSLI;
  composite?: CompositeSLI;
}

export type Kind = keyof SLI;

/** A quantile shown beside an events SLO: the histogram's selector and the target as a duration. */
export interface P95 {
  histogram: string;
  target: string;
  unit?: 's' | 'ms';
}

/** How counters are counted: exactly, or with increase() as other tools do. */
export type Counting = 'exact' | 'increase';

/** The share of slices of time whose quantile is below a limit. */
export interface QuantileSLI {
  histogram: string;
  unit?: 's' | 'ms';
  /** Default 0.95. */
  quantile?: number;
  below: string;
  /** Default 5m. Slices divide an hour. */
  slice?: string;
}

/** The share of slices of time with more than `above` events per second. */
export interface ThroughputSLI {
  counter: string;
  /** Missing only while it is being written. */
  above?: number;
  slice?: string;
}

/** The share of slices of time in which at least `target` percent of the events were good. */
export interface RatioSLI {
  total: string;
  bad?: string;
  good?: string;
  /** Percent. Missing only while it is being written. */
  target?: number;
  slice?: string;
}

/** The share of slices of time at whose end a comparison holds for every series of the group. */
export interface TimesliceSLI {
  expr: string;
  op: '<' | '<=' | '>' | '>=' | '==' | '!=';
  /** Missing only while it is being written. */
  value?: number;
  slice?: string;
}

/** The share of slices of time in which no 0/1 gauge was below 1. */
export interface ProbeSLI {
  gauge: string;
  slice?: string;
}

/** A recorded share of bad (or good) events and, where it was recorded too, the events per second that it is of. */
export interface RecordedSLI {
  ratio: string;
  of?: 'bad' | 'good';
  total?: string;
  slice?: string;
}

/** Other SLOs of the catalog: the weighted mean of their SLIs, or all of them at once. */
export interface CompositeSLI {
  of: Array<{ slo: string; weight?: number }>;
  mode?: 'weighted' | 'all';
}

export type CalendarUnit = 'week' | 'month' | 'quarter' | 'year';

/** A window that begins anew with each period of a time zone (IANA name, default UTC). */
export interface CalendarWindow {
  calendar: CalendarUnit;
  timezone?: string;
  /** The begin of any one period in the time zone, default midnight of its first day: 2026-01-15 12:00. */
  start?: string;
}

export type SLOWindow = string | CalendarWindow;

/** What time that was not measured counts as. */
export type Missing = 'unmeasured' | 'bad' | 'good';

/** What an alert needs beside its burn rates, in its long window. */
export interface LowTraffic {
  minEvents?: number;
  minBad?: number;
}

/** Time that does not count: once from `from` to `to`, or for `duration` at each recurrence of an RRULE. */
export interface Exclusion {
  from?: string;
  to?: string;
  every?: string;
  duration?: string;
  timezone?: string;
  reason?: string;
}

/** One SLO, the same object in the catalog (YAML) and inline in a query (JSON). */
export interface SLO {
  name: string;
  description?: string;
  labels?: Record<string, string>;
  runbook?: string;
  /** Percent: 99.9 means that one event in a thousand may be bad. Missing only while it is being written. */
  objective?: number;
  /** A rolling window as a Prometheus duration, at least 1h, a calendar one, or several. */
  window: SLOWindow | SLOWindow[];
  by?: string[];
  policy?: string;
  sli: SLI;
  p95?: P95;
  missing?: Missing;
  lowTraffic?: LowTraffic;
  exclude?: Exclusion[];
  /** How the groups workload and workload_type are found: by the pod, from kube-state-metrics. */
  identity?: 'kubernetes';
}

/** The alternatives of a whatif query: every objective with every window. One of the lists may be missing: the SLO's own. */
export interface WhatIfOptions {
  /** Percent; a text is a template variable. */
  objectives?: Array<number | string>;
  /** Rolling windows as Prometheus durations. */
  windows?: string[];
}

/** By which labels a burners query splits the bad events. */
export interface BurnersOptions {
  by: string[];
  /** Rows for each group, default 20; the rest is one more. */
  top?: number;
}

/** One alert of a policy. */
export interface PolicyAlert {
  severity: string;
  /** Percent of the budget that is spent within `long`. */
  percent: number;
  long: string;
  /** Default: a twelfth of `long`. */
  short?: string;
}

/** The policies that a backtest query replays; neither names nor inline ones: every policy there is. */
export interface BacktestOptions {
  policies?: string[];
  /** Policies by name, as in a catalog. */
  inline?: Record<string, PolicyAlert[]>;
  /** Default 1m up to seven days, else 5m. */
  step?: '1m' | '5m';
  /** The frames that are wanted, default all. */
  frames?: Array<'policies' | 'groups' | 'alarms' | 'incidents' | 'states'>;
}

/** The number that an alerts query gives for each SLO, group and severity. */
export type AlertValue =
  'firing' | 'state' | 'unmeasured' | 'budget' | 'burn_long' | 'burn_short' | 'factor' | 'exhausted_in';

/** Which signals of workloads a resources query tells, and how. */
export interface ResourcesOptions {
  /** Names of signals; none: all that are known. */
  signals?: string[];
  /** Default table: how things stand at the end of the time range. */
  format?: 'table' | 'timeseries';
  /** Time series: of each signal only so many, those that stand out most, default 20. Table: rows, default all. */
  top?: number;
}

export type AnnotationKind = 'firing' | 'budget' | 'exclusions' | 'rollouts';

/** A condition on every series that an SLO reads, as a matcher in PromQL. */
export interface SeriesFilter {
  label: string;
  /** Default "=". */
  op?: '=' | '!=' | '=~' | '!~';
  value: string;
}

export interface BurnlineQuery extends DataQuery {
  queryType?: QueryType;
  /** Names of SLOs in the catalog; none, and no inline SLO, asks for all of them. */
  slos?: string[];
  /** An SLO that is not in the catalog. An error together with `slos`. */
  inline?: SLO;
  /** Replaces the SLO's `by`. */
  groupBy?: string[];
  /** Replaces the SLO's policy. */
  policy?: string;
  /** Counts only the series that meet all of them. */
  filters?: SeriesFilter[];
  /** Time series only. */
  metrics?: Metric[];
  /** History only: the calendar, default the SLO's own, or month. */
  period?: CalendarUnit;
  /** History only: an IANA time zone, default UTC. */
  timezone?: string;
  whatif?: WhatIfOptions;
  burners?: BurnersOptions;
  backtest?: BacktestOptions;
  resources?: ResourcesOptions;
  /** Alerts: an AlertValue, default firing. Summary: the one column that an alert rule reads. */
  value?: string;
  /** Alerts and annotations: only these, default all. */
  severities?: string[];
  /** Annotations only: the kinds, default all. */
  annotations?: AnnotationKind[];
}

export type Dialect = 'auto' | 'prometheus' | 'thanos' | 'mimir' | 'victoriametrics';

export type SourceResolution = 'raw' | '5m';

export interface BurnlineOptions extends DataSourceJsonData {
  /** The SLO definitions, as YAML. */
  catalog?: string;
  /** How long samples may still arrive: counts younger than this are read again. A duration, default 10m. */
  settle?: string;
  /** The Prometheus data source that "Open in Explore" goes to; default: one that Grafana has. */
  prometheusUid?: string;
  /** Memory for counts that are settled, in MiB, default 256. */
  cacheMiB?: number;
  /** How counters are read; automatic where it is not set. */
  estimator?: 'auto' | 'samples' | 'borders';
  /** What the server is, default: ask it. */
  dialect?: Dialect;
  /** One tenant of Mimir, Cortex or Thanos, or several joined by |. */
  tenant?: string;
  /** Thanos: the labels that tell replicas apart, default those it is configured with. */
  replicaLabels?: string[];
  /** Thanos: the coarsest data that cells of an hour may come from, default raw, which alone is exact. */
  maxSourceResolution?: SourceResolution;
  /** Bound of one answer of the server, in MiB after decompression, default 128. */
  maxResponseMiB?: number;
}
