import type { Kind } from './types';

/** A problem in a definition, and how to fix it. */
export interface Problem {
  /** From 1; 0 if unknown. */
  line: number;
  /** From 1, in characters. */
  column: number;
  /** Such as `sli.events.total`; empty for the whole definition. */
  path: string;
  message: string;
}

/** A valid SLO of the catalog. */
export interface SLOInfo {
  name: string;
  description: string;
  /** Percent. */
  objective: number;
  window: string;
  kind: Kind;
  by: string[];
  labels?: Record<string, string>;
  /** Labels for a breakdown of its bad events, such as code. */
  splitBy?: string[];
}

/** A signal of workloads. */
export interface SignalInfo {
  name: string;
  title: string;
  about: string;
  unit: string;
}

/**
 * When to alert: each alert fires if `percent` of the budget is spent within `long`, and at the
 * same rate within `short`.
 */
export interface PolicyInfo {
  name: string;
  description: string;
  alerts: Array<{ severity: string; percent: number; long: string; short: string }>;
}

export interface CatalogReport {
  slos: SLOInfo[];
  problems: Problem[];
}

/** The possible thresholds of a histogram. */
export interface Buckets {
  /** Durations, ascending. Empty: the histogram was not found, or is a native one. */
  thresholds: string[];
  /** Any threshold is valid. */
  native: boolean;
}

/** The PromQL that counts an SLO. */
export interface Explained {
  slo: string;
  expressions: Array<{ title: string; expr: string }>;
  notices: string[];
}

export interface Preview {
  slos: Explained[];
  /** Number of SLOs that are not explained, because there are too many. */
  more: number;
}

/** Definitions of another tool as a Burnline catalog. */
export interface Imported {
  /** The detected format. */
  format: string;
  /** Burnline YAML. */
  catalog: string;
  slos: SLOInfo[];
  /** Fields that are not supported, or have another meaning. Every omitted field has a warning. */
  warnings: Problem[];
  /** Remaining problems of the catalog. */
  problems: Problem[];
}

/** An objective that the past of an SLO would have met. */
export interface Suggestion {
  /** Percent; null if nine of ten groups met no usual one. */
  objective: number | null;
  kept: number;
  groups: number;
  /** The reason why there are no numbers. */
  problem: string;
}

/** An SLO of a preset, adapted to the server if it is ready. */
export interface PresetSLO extends SLOInfo {
  ready: boolean;
  /** Metrics that were not found. */
  missing: string[];
  /** Missing labels to group by. */
  lacking: string[];
  notes: string[];
  /** Burnline YAML of this SLO; empty if it is not ready. */
  catalog: string;
  suggestion?: Suggestion;
}

/** A preset for the metrics of one exporter, and the metrics that the server has. */
export interface Preset {
  name: string;
  title: string;
  about: string;
  /** How to enable its metrics. */
  enable: string;
  traps: string[];
  docs: string;
  state: 'ready' | 'partial' | 'absent';
  /** Metrics of the preset. */
  metrics: string[];
  /** Metrics that the server has. */
  found: string[];
  slos: PresetSLO[];
}
