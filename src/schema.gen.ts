// Generated from pkg/catalog/schema.json and pkg/query by internal/tstypes. Do not edit.

/** The version of queries that are stored. */
export const SCHEMA_VERSION = 1;

/** The number of each SLO, group and severity; default firing */
export type AlertValue = 'firing' | 'state' | 'unmeasured' | 'budget' | 'burn_long' | 'burn_short' | 'factor' | 'exhausted_in' | 'change';

export interface AlertsQuery extends CommonQuery {
  queryType: 'alerts';
  /** Default all */
  severities?: string[];
  /** The number of each SLO, group and severity; default firing */
  value?: AlertValue;
}

export type AnnotationKind = 'firing' | 'budget' | 'exclusions' | 'rollouts' | 'config' | 'restarts' | 'nodes' | 'scaling';

export interface AnnotationsQuery extends CommonQuery {
  /** Default all */
  annotations?: AnnotationKind[];
  queryType: 'annotations';
  /** Default all */
  severities?: string[];
}

/** The policies to replay; without names and inline policies: all */
export interface BacktestOptions {
  /** Default all */
  frames?: Array<'policies' | 'groups' | 'alarms' | 'incidents' | 'states'>;
  /** Policies by name, as in a catalog */
  inline?: Record<string, PolicyAlert[]>;
  policies?: string[];
  /** Default 1m up to seven days, else 5m */
  step?: '1m' | '5m';
}

export interface BacktestQuery extends CommonQuery {
  /** The policies to replay; without names and inline policies: all */
  backtest?: BacktestOptions;
  queryType: 'backtest';
}

/** By which labels the bad events are split */
export interface BurnersOptions {
  by: string[];
  /** Rows for each group, default 20; the rest is one more */
  top?: number;
}

export interface BurnersQuery extends CommonQuery {
  /** By which labels the bad events are split */
  burners?: BurnersOptions;
  queryType: 'burners';
}

/** Default the SLO's own calendar, or month */
export type CalendarUnit = 'week' | 'month' | 'quarter' | 'year';

/** A window that starts with each period, at midnight of the time zone unless it has a start */
export interface CalendarWindow {
  /** Which period */
  calendar: CalendarUnit;
  /** The start of any one period, if it is not midnight of the first day: a date, with a time of the time zone */
  start?: string;
  /** IANA time zone, default UTC */
  timezone?: string;
}

export type ChangeKind = 'rollout' | 'config' | 'restart' | 'oom' | 'node' | 'scaling' | 'exclusion';

/** Which changes are compared */
export interface ChangesOptions {
  /** Default all */
  kinds?: ChangeKind[];
  /** Rows for each group, default 20 */
  top?: number;
}

export interface ChangesQuery extends CommonQuery {
  /** Which changes are compared */
  changes?: ChangesOptions;
  queryType: 'changes';
}

/** The fields of queries of all types. */
export interface CommonQuery {
  /** Only series that match all filters are counted */
  filters?: SeriesFilter[];
  /** Replaces the SLO's by */
  groupBy?: string[];
  /** An SLO that is not in the catalog. An error together with slos */
  inline?: SLO;
  /** Replaces the SLO's policy */
  policy?: string;
  /** Of a stored query; default 1 */
  schemaVersion?: number;
  /** Names of SLOs in the catalog; none, and no inline SLO: all of them */
  slos?: string[];
}

/** Other SLOs of the catalog, joined */
export interface CompositeSLI {
  /** weighted: mean of their SLIs; all: every one must hold */
  mode?: 'weighted' | 'all';
  /** Two SLOs or more */
  of: Array<{
  /** Name of an SLO in this catalog */
  slo: string;
  /** Default 1; only for weighted */
  weight?: number;
}>;
}

/** exact: from the samples of the counters; increase: estimated with increase() */
export type Counting = 'exact' | 'increase';

/** Bad or good events out of all, from counters */
export interface EventsSLI {
  /** The bad events; give bad or good */
  bad?: string;
  /** exact: from the samples of the counters; increase: estimated with increase() */
  counting?: Counting;
  /** The good events; give bad or good */
  good?: string;
  /** All events: a Prometheus selector; no rate() or sum() is needed, or an expression of counters */
  total: string;
}

/** from and to, or every and duration */
export interface Exclusion {
  /** Of each recurrence */
  duration?: string;
  /** A recurrence as in RFC 5545 */
  every?: string;
  /** Local to timezone, or with an offset */
  from?: string;
  /** In words */
  reason?: string;
  /** IANA time zone, default UTC */
  timezone?: string;
  /** Not before from */
  to?: string;
}

export interface ExemplarsQuery extends CommonQuery {
  queryType: 'exemplars';
}

export interface HistoryQuery extends CommonQuery {
  /** Default the SLO's own calendar, or month */
  period?: CalendarUnit;
  queryType: 'history';
  /** An IANA time zone, default UTC */
  timezone?: string;
}

/** Observations at or under a limit, from a histogram */
export interface LatencySLI {
  /** exact: from the samples of the counters; increase: estimated with increase() */
  counting?: Counting;
  /** A classic histogram, with _bucket or without, or a native one */
  histogram: string;
  /** A classic histogram must have a bucket that ends here */
  threshold: string;
  /** Unit of the histogram's buckets; by default it follows the metric's name */
  unit?: 's' | 'ms';
}

/** The least events in the long window of an alert */
export interface LowTraffic {
  /** Bad events */
  minBad?: number;
  /** Events */
  minEvents?: number;
}

export type Metric = 'sli' | 'budget' | 'burn' | 'events' | 'bad' | 'p95' | 'throughput';

/** How unmeasured time counts */
export type Missing = 'unmeasured' | 'bad' | 'good';

/** An alert without traffic resolves, or keeps its state for a day */
export type NoTraffic = 'resolve' | 'keep';

/** A 95th percentile that is shown with the SLO */
export interface P95 {
  /** A classic or native histogram */
  histogram: string;
  /** The upper limit */
  target: string;
  /** Unit of the histogram's buckets; by default it follows the metric's name */
  unit?: 's' | 'ms';
}

/** One alert */
export interface PolicyAlert {
  /** The long window */
  long: string;
  /** Percent of the budget that is spent within long */
  percent?: number;
  /** A name */
  severity: string;
  /** The short window; default long/12 */
  short?: string;
}

/** Slices of time in which no 0/1 gauge was below 1 */
export interface ProbeSLI {
  /** A selector of gauges that are 1 if the check succeeds */
  gauge: string;
  /** Length of a slice of time; it divides an hour */
  slice?: string;
}

/** Slices of time with a quantile below a limit */
export interface QuantileSLI {
  /** The limit of the quantile */
  below: string;
  /** A classic or native histogram */
  histogram: string;
  /** Between 0 and 1 */
  quantile?: number;
  /** Length of a slice of time; it divides an hour */
  slice?: string;
  /** Unit of the histogram's buckets; by default it follows the metric's name */
  unit?: 's' | 'ms';
}

/** The fields of all types: a stored query may have some left over from another type. */
export interface QueryFields extends CommonQuery {
  /** Default all */
  annotations?: AnnotationKind[];
  /** The policies to replay; without names and inline policies: all */
  backtest?: BacktestOptions;
  /** By which labels the bad events are split */
  burners?: BurnersOptions;
  /** Which changes are compared */
  changes?: ChangesOptions;
  /** Default budget */
  metrics?: Metric[];
  /** Default the SLO's own calendar, or month */
  period?: CalendarUnit;
  /** Which signals of workloads are shown, and how */
  resources?: ResourcesOptions;
  /** Default all */
  severities?: string[];
  /** An IANA time zone, default UTC */
  timezone?: string;
  /** The one column of numbers that an alert rule reads; default all */
  value?: string;
  /** Every objective with every window. One of the lists may be missing: the SLO's own */
  whatif?: WhatIfOptions;
}

export type QueryType = 'alerts' | 'annotations' | 'backtest' | 'burners' | 'changes' | 'exemplars' | 'history' | 'resources' | 'summary' | 'timeseries' | 'whatif' | 'workloads';

/** Slices of time in which a share of the events was good */
export interface RatioSLI {
  /** The bad events; give bad or good */
  bad?: string;
  /** The good events; give bad or good */
  good?: string;
  /** Length of a slice of time; it divides an hour */
  slice?: string;
  /** Percent of the events that are good in a good slice, above 1, at most 100 */
  target?: number;
  /** All events: a Prometheus selector; no rate() or sum() is needed, or an expression of counters */
  total: string;
}

/** Series of recording rules of Sloth, Pyrra or your own */
export interface RecordedSLI {
  /** Whether ratio is the share of bad or of good events */
  of?: 'bad' | 'good';
  /** The recorded share of bad (or good) events */
  ratio: string;
  /** Length of a slice of time; it divides an hour */
  slice?: string;
  /** The recorded events per second; without it every slice weighs the same */
  total?: string;
}

/** Which signals of workloads are shown, and how */
export interface ResourcesOptions {
  /** Default table: the values at the end of the time range */
  format?: 'table' | 'timeseries';
  /** Default all */
  signals?: string[];
  /** Time series: of each signal only so many, default 20. Table: rows, default all */
  top?: number;
}

export interface ResourcesQuery extends CommonQuery {
  queryType: 'resources';
  /** Which signals of workloads are shown, and how */
  resources?: ResourcesOptions;
}

/** The indicator: exactly one kind */
export interface SLI {
  /** Other SLOs of the catalog, joined */
  composite?: CompositeSLI;
  /** Bad or good events out of all, from counters */
  events?: EventsSLI;
  /** Observations at or under a limit, from a histogram */
  latency?: LatencySLI;
  /** Slices of time in which no 0/1 gauge was below 1 */
  probe?: ProbeSLI;
  /** Slices of time with a quantile below a limit */
  quantile?: QuantileSLI;
  /** Slices of time in which a share of the events was good */
  ratio?: RatioSLI;
  /** Series of recording rules of Sloth, Pyrra or your own */
  recorded?: RecordedSLI;
  /** Slices of time with more events per second than a floor */
  throughput?: ThroughputSLI;
  /** Slices of time with a comparison that holds at the end */
  timeslice?: TimesliceSLI;
}

/** An objective for the events of a service */
export interface SLO {
  /** Labels that make the groups; none: one group */
  by?: string[];
  /** In words, for people */
  description?: string;
  /** Time that does not count. You can add it before or after */
  exclude?: Exclusion[];
  /** The source of workload and workload_type in by: kubernetes means the owners of pods, from kube-state-metrics */
  identity?: 'kubernetes';
  /** About the SLO itself, such as the team */
  labels?: Record<string, string>;
  /** The least events in the long window of an alert */
  lowTraffic?: LowTraffic;
  /** How unmeasured time counts */
  missing?: Missing;
  /** A letter or digit, then letters, digits, '.', '_', '-'; unique */
  name: string;
  /** An alert without traffic resolves, or keeps its state for a day */
  noTraffic?: NoTraffic;
  /** Target percentage of good events, above 1, at most 100 */
  objective?: number;
  /** A 95th percentile that is shown with the SLO */
  p95?: P95;
  /** When to alert: a policy's name */
  policy?: string;
  /** An http(s) address */
  runbook?: string;
  /** The indicator: exactly one kind */
  sli: SLI;
  /** The time that the objective covers: rolling, a calendar period, or a list of both */
  window: SLOWindow;
}

/** The time that the objective covers: rolling, a calendar period, or a list of both */
export type SLOWindow = string | CalendarWindow | Array<string | CalendarWindow>;

/** A label matcher */
export interface SeriesFilter {
  label: string;
  /** Default = */
  op?: '=' | '!=' | '=~' | '!~';
  value: string;
}

export interface SummaryQuery extends CommonQuery {
  queryType: 'summary';
  /** The one column of numbers that an alert rule reads; default all */
  value?: string;
}

/** Slices of time with more events per second than a floor */
export interface ThroughputSLI {
  /** Events per second */
  above?: number;
  /** A Prometheus selector; no rate() or sum() is needed */
  counter: string;
  /** Length of a slice of time; it divides an hour */
  slice?: string;
}

export interface TimeseriesQuery extends CommonQuery {
  /** Default budget */
  metrics?: Metric[];
  queryType: 'timeseries';
}

/** Slices of time with a comparison that holds at the end */
export interface TimesliceSLI {
  /** Any PromQL expression with a value at an instant */
  expr: string;
  /** How the value compares, in quotes */
  op: '<' | '<=' | '>' | '>=' | '==' | '!=';
  /** Length of a slice of time; it divides an hour */
  slice?: string;
  /** The value to compare with */
  value?: number;
}

/** A query as its type has it. */
export type TypedQuery = AlertsQuery | AnnotationsQuery | BacktestQuery | BurnersQuery | ChangesQuery | ExemplarsQuery | HistoryQuery | ResourcesQuery | SummaryQuery | TimeseriesQuery | WhatifQuery | WorkloadsQuery;

/** Every objective with every window. One of the lists may be missing: the SLO's own */
export interface WhatIfOptions {
  /** Percent; a text is a template variable */
  objectives?: Array<number | string>;
  /** Rolling windows as Prometheus durations */
  windows?: string[];
}

export interface WhatifQuery extends CommonQuery {
  queryType: 'whatif';
  /** Every objective with every window. One of the lists may be missing: the SLO's own */
  whatif?: WhatIfOptions;
}

export interface WorkloadsQuery extends CommonQuery {
  queryType: 'workloads';
}
