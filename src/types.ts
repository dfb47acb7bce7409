import type { DataSourceJsonData } from '@grafana/data';
import type { DataQuery } from '@grafana/schema';

export type QueryType = 'summary' | 'timeseries' | 'workloads' | 'whatif' | 'burners' | 'backtest';

export type Metric = 'sli' | 'budget' | 'burn' | 'events' | 'bad' | 'p95' | 'throughput';

/** Counters of the whole and of the bad (or the good) events, as Prometheus selectors. */
export interface EventsSLI {
  total: string;
  bad?: string;
  good?: string;
}

/** The share of requests that were not slower than `threshold` (a duration, such as 300ms), from a histogram's selector. */
export interface LatencySLI {
  histogram: string;
  threshold: string;
  unit?: 's' | 'ms';
}

/** A quantile shown beside an events SLO: the histogram's selector and the target as a duration. */
export interface P95 {
  histogram: string;
  target: string;
}

/** One SLO, the same object in the catalog (YAML) and inline in a query (JSON). */
export interface SLO {
  name: string;
  description?: string;
  labels?: Record<string, string>;
  runbook?: string;
  /** Percent: 99.9 means that one event in a thousand may be bad. Missing only while it is being written. */
  objective?: number;
  /** A rolling window as a Prometheus duration, at least 1h. */
  window: string;
  by?: string[];
  policy?: string;
  sli: { events: EventsSLI; latency?: undefined } | { latency: LatencySLI; events?: undefined };
  p95?: P95;
}

/** The alternatives of a whatif query: every objective with every window. One of the lists may be missing: the SLO's own. */
export interface WhatIfOptions {
  /** Percent. */
  objectives?: number[];
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
  /** Time series only. */
  metrics?: Metric[];
  whatif?: WhatIfOptions;
  burners?: BurnersOptions;
  backtest?: BacktestOptions;
}

export interface BurnlineOptions extends DataSourceJsonData {
  /** The SLO definitions, as YAML. */
  catalog?: string;
  /** How long samples may still arrive: counts younger than this are read again. A duration, default 10m. */
  settle?: string;
  /** Memory for counts that are settled, in MiB, default 256. */
  cacheMiB?: number;
}
