import { Page } from '@playwright/test';

const STATES = [3, 4, 2, 1, null, 0];
const HOUR = 3_600_000;

/** A query of the page, as far as it matters here. */
interface Query {
  part?: { from: number; count: number };
}

/**
 * Responds to the page's queries with generated workloads, as any data source with these fields
 * could. With `hold`, each workload has a separate SLO, queries for some SLOs get only those, and
 * responses wait for `hold`.
 */
export async function answerWithFleet(
  page: Page,
  workloads: number,
  custom: object = {},
  hold?: (query: Query) => Promise<void>
) {
  const instant = Date.UTC(2026, 10, 23, 20, 0);
  const all = Array.from({ length: workloads }, (_, index) => rowOf(index));
  const names = Object.keys(all[0]);
  const tableOf = (rows: Row[], meta: object = {}) => ({
    schema: {
      name: 'workloads',
      refId: 'A',
      meta: { type: 'numeric-long', custom: { instant, groupBy: ['namespace', 'workload'], ...custom, ...meta } },
      fields: [
        ...names.map((name) => ({
          name,
          type: typeof rows[0][name] === 'string' ? 'string' : 'number',
          config: { unit: UNITS[name] },
        })),
        { name: 'throughput_trend', type: 'other', config: { unit: 'reqps', custom: { hidden: true } } },
      ],
    },
    data: {
      values: [
        ...names.map((name) => rows.map((row) => row[name])),
        rows.map(({ throughput }) => ({
          from: instant - 23 * HOUR,
          step: HOUR,
          values: Array.from({ length: 24 }, (_, hour) => Number(throughput) * (1 + 0.3 * Math.sin(hour / 4))),
        })),
      ],
    },
  });
  await page.route(/\/api\/(ds|public\/dashboards\/.*)\/query/, async (route) => {
    const query: Query = route.request().postDataJSON().queries?.[0] ?? {};
    await hold?.(query);
    const { part } = query;
    const table =
      hold && part
        ? tableOf(all.slice(part.from, part.from + part.count), { part: { ...part, of: workloads } })
        : tableOf(all);
    await route.fulfill({ json: { results: { A: { status: 200, frames: [table] } } } }).catch(() => {}); // left
  });
}

type Row = Record<string, string | number | null>;

function rowOf(index: number): Row {
  const state = STATES[Math.min(5, Math.floor(index % 23))] ?? (index % 23 === 4 ? null : 0);
  const budget = state === 4 ? -0.2 : (1 + ((index * 37) % 97)) / 100;
  return {
    slo: 'availability',
    namespace: `team-${index % 20}`,
    workload: `workload-${index}`,
    state,
    firing_page: state === 3 ? 1 : 0,
    objective: 0.999,
    sli: 1 - 0.001 * (1 - budget),
    budget,
    budget_ago: Math.min(1, budget + 0.1),
    budget_events: Math.round(budget * 90_000),
    budget_minutes: budget * 43.2,
    burn_1h: state === 3 ? 18.2 : 0.4,
    burn_5m: state === 3 ? 21 : 0.2,
    burn_6h: state === 3 ? 6.4 : 0.3,
    burn_30m: state === 3 ? 17.9 : 0.3,
    factor_1h: 7.2,
    factor_6h: 6,
    exhausted_in: state === 3 ? 3 * 3600 : null,
    p95: 0.05 + (index % 40) / 100,
    p95_target: 0.3,
    throughput: 10 + (index % 300),
    coverage: 1,
    events: 90_000_000,
    bad: Math.round((1 - budget) * 90_000),
  };
}

const UNITS: Record<string, string | undefined> = {
  objective: 'percentunit',
  sli: 'percentunit',
  budget: 'percentunit',
  budget_ago: 'percentunit',
  coverage: 'percentunit',
  budget_events: 'short',
  budget_minutes: 'm',
  burn_1h: 'suffix:×',
  burn_5m: 'suffix:×',
  burn_6h: 'suffix:×',
  burn_30m: 'suffix:×',
  factor_1h: 'suffix:×',
  factor_6h: 'suffix:×',
  exhausted_in: 's',
  p95: 's',
  p95_target: 's',
  throughput: 'reqps',
  events: 'short',
  bad: 'short',
};
