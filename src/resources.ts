import type { Kind } from './types';

/** One thing wrong in a definition, and what would work. */
export interface Problem {
  /** From 1; 0 when the place is not known. */
  line: number;
  /** From 1, in characters. */
  column: number;
  /** Such as `sli.events.total`; empty for the whole. */
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

/** When to alert: each alert fires once `percent` of the budget is spent within `long`, and within `short` at that pace. */
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
  /** Durations, ascending; none: the histogram was not found, or is a native one. */
  thresholds: string[];
  /** Any threshold works. */
  native: boolean;
}

/** How an SLO is counted, as PromQL to look at elsewhere. */
export interface Explained {
  slo: string;
  expressions: Array<{ title: string; expr: string }>;
  notices: string[];
}

export interface Preview {
  slos: Explained[];
  /** SLOs that are not explained because there are so many. */
  more: number;
}

/** Definitions of another tool as a catalog of ours. */
export interface Imported {
  /** What was recognised, in words. */
  format: string;
  /** Our YAML. */
  catalog: string;
  slos: SLOInfo[];
  /** What has no place in it, or another meaning; nothing is left out without one. */
  warnings: Problem[];
  /** What is still wrong in the catalog. */
  problems: Problem[];
}

/** An objective that the past of an SLO would have met. */
export interface Suggestion {
  /** Percent; null when no usual one was kept by nine of ten groups. */
  objective: number | null;
  kept: number;
  groups: number;
  /** Why there are no numbers. */
  problem: string;
}

/** An SLO of a preset, fitted to the server where it is ready. */
export interface PresetSLO extends SLOInfo {
  ready: boolean;
  /** Metrics that were not found. */
  missing: string[];
  /** Labels to group by that the series do not have. */
  lacking: string[];
  notes: string[];
  /** Our YAML of this SLO; empty when it is not ready. */
  catalog: string;
  suggestion?: Suggestion;
}

/** What is known about the metrics of one exporter, and which of them the server has. */
export interface Preset {
  name: string;
  title: string;
  about: string;
  /** How to turn its metrics on. */
  enable: string;
  traps: string[];
  docs: string;
  state: 'ready' | 'partial' | 'absent';
  /** Metrics that were looked for. */
  metrics: string[];
  /** Those of them that are there. */
  found: string[];
  slos: PresetSLO[];
}
