import { DataFrame, FieldConfig, FieldType, createTheme, getDisplayProcessor, toDataFrame } from '@grafana/data';

/** Values of one row by field name, as in a `workloads` frame. */
export type Row = Record<string, string | number | null>;

const UNITS: Record<string, string> = {
  objective: 'percentunit',
  sli: 'percentunit',
  budget: 'percentunit',
  budget_ago: 'percentunit',
  coverage: 'percentunit',
  budget_events: 'short',
  budget_minutes: 'm',
  exhausted_in: 's',
  p95: 's',
  p95_target: 's',
  throughput: 'reqps',
  events: 'short',
  bad: 'short',
};

interface Options {
  meta?: DataFrame['meta'];
  /** Config of single fields, in addition to units. */
  config?: Record<string, FieldConfig>;
}

const custom = {
  burnline: 1,
  instant: Date.UTC(2026, 10, 23, 20, 0),
  groupBy: ['namespace', 'workload'],
  alerts: [
    { severity: 'page', long: '1h', short: '5m' },
    { severity: 'slack', long: '6h', short: '30m' },
  ],
  windows: { availability: '30d' },
  about: { availability: { description: 'Requests without an error', runbook: 'https://wiki.example.org/a' } },
};

/** A frame of these rows, with the data source's units and Grafana's displays. */
export function workloadsFrame(rows: Row[], { meta = { custom }, config = {} }: Options = {}): DataFrame {
  const names = [...new Set(['slo', 'namespace', 'workload', 'state', ...rows.flatMap((row) => Object.keys(row))])];
  const frame = toDataFrame({
    name: 'workloads',
    meta,
    fields: names.map((name) => ({
      name,
      type: ['slo', 'namespace', 'workload'].includes(name) || isText(rows, name) ? FieldType.string : FieldType.number,
      config: { unit: name.startsWith('burn_') ? 'suffix:×' : UNITS[name], ...config[name] },
      values: rows.map((row) => row[name] ?? (name === 'slo' ? 'availability' : null)),
    })),
  });
  for (const field of frame.fields) {
    field.display = getDisplayProcessor({ field, theme: createTheme() });
  }
  return frame;
}

/** The series of a sparkline: one point an hour. */
export function throughputFrame(labels: Record<string, string>, values: Array<number | null>): DataFrame {
  return toDataFrame({
    name: 'throughput',
    fields: [
      { name: 'time', type: FieldType.time, values: values.map((_, index) => custom.instant + index * 3_600_000) },
      { name: 'throughput', type: FieldType.number, labels, config: { unit: 'reqps' }, values },
    ],
  });
}

function isText(rows: Row[], name: string): boolean {
  return rows.some((row) => typeof row[name] === 'string');
}

/** A firing workload: it pages over 1h | 5m, and its budget lasts three hours at this rate. */
export const checkout: Row = {
  slo: 'availability',
  namespace: 'shop',
  workload: 'checkout',
  state: 3,
  firing_page: 1,
  firing_slack: 0,
  objective: 0.999,
  sli: 0.99923,
  budget: 0.234,
  budget_ago: 0.61,
  budget_events: 2200,
  budget_minutes: 10.1,
  burn_1h: 18.2,
  burn_5m: 21,
  burn_6h: 5.4,
  burn_30m: 17.9,
  factor_1h: 7.2,
  factor_6h: 6,
  exhausted_in: 3 * 3600 + 1200,
  p95: 0.312,
  p95_bounded: 0,
  p95_target: 0.3,
  throughput: 184,
  coverage: 1,
  events: 476_928_000,
  bad: 365_327,
};

/** A workload without problems: its budget lasts. */
export const catalog: Row = {
  ...checkout,
  workload: 'catalog',
  state: 0,
  firing_page: 0,
  budget: 0.881,
  burn_1h: 0.3,
  burn_5m: 0,
  burn_6h: 0.4,
  burn_30m: 0.3,
  exhausted_in: null,
  p95: 0.041,
  throughput: 1210,
};

/** A row with an overspent budget, without an alert. */
export const payments: Row = {
  ...catalog,
  workload: 'payments',
  state: 4,
  budget: -0.128,
  budget_ago: -0.02,
  budget_events: -1204,
  budget_minutes: -5.5,
  exhausted_in: 0,
  throughput: 92,
};

/** A workload of another namespace with low coverage. */
export const embeddings: Row = {
  ...catalog,
  namespace: 'inference',
  workload: 'embeddings',
  state: null,
  firing_page: null,
  firing_slack: null,
  burn_5m: null,
  throughput: 310,
  coverage: 0.629,
};
