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
  kind: 'events' | 'latency';
  by: string[];
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
