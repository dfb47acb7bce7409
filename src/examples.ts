import { t } from './i18n';
import type { BurnlineQuery, SLO } from './types';

/**
 * Definitions for the usual HTTP metrics of Prometheus clients, with the labels of a Kubernetes workload. Series that
 * do not belong to a workload are left out.
 */
export const exampleCatalog = `apiVersion: burnline.dev/v1
slos:
  - name: availability
    description: Requests that are not answered with a server error
    objective: 99.9
    window: 30d
    by: [namespace, workload]
    sli:
      events:
        total: http_requests_total{workload!=""}
        bad: http_requests_total{workload!="",code=~"5.."}
    p95:
      histogram: http_request_duration_seconds_bucket{workload!=""}
      target: 300ms

  - name: latency
    description: Requests that take no longer than 300 ms
    objective: 95
    window: 30d
    by: [namespace, workload]
    sli:
      latency:
        histogram: http_request_duration_seconds_bucket{workload!=""}
        threshold: 300ms
`;

/** An SLO of counters; the inline form starts with it. */
export const exampleEvents = {
  name: 'availability',
  objective: 99.9,
  window: '30d',
  by: ['namespace', 'workload'],
  sli: {
    events: {
      total: 'http_requests_total{workload!=""}',
      bad: 'http_requests_total{workload!="",code=~"5.."}',
    },
  },
} satisfies SLO;

/** An SLO of a histogram. */
export const exampleLatency = {
  name: 'latency',
  objective: 95,
  window: '30d',
  by: ['namespace'],
  sli: { latency: { histogram: 'http_request_duration_seconds_bucket{workload!=""}', threshold: '300ms' } },
} satisfies SLO;

export interface QueryExample {
  title: string;
  explanation: string;
  query: BurnlineQuery;
}

/** One query of each type for the example catalog and its metrics. */
export function queryExamples(): QueryExample[] {
  const example = (name: string, title: string, explanation: string, query: Partial<BurnlineQuery>): QueryExample => ({
    title: t(`help.${name}`, title),
    explanation: t(`help.${name}-explained`, explanation),
    query: { refId: 'A', ...query },
  });
  return [
    example(
      'workloads',
      'Every workload at a glance',
      'One row for each workload with its most urgent SLO, p95 latency, throughput and trend. Use the Burnline workloads panel.',
      { queryType: 'workloads' }
    ),
    example(
      'summary',
      'All SLOs of the catalog',
      'One row for each SLO and group: state, error budget, burn rates, forecast. Alert rules can use it.',
      { queryType: 'summary' }
    ),
    example('timeseries', 'Error budget over time, per namespace', 'Select SLOs by name and change their grouping.', {
      queryType: 'timeseries',
      slos: ['availability'],
      groupBy: ['namespace'],
      metrics: ['budget'],
    }),
    example(
      'filters',
      'Only one namespace',
      'Filters add matchers to every selector of the SLO, as do ad hoc filters of a dashboard. Variables work in every field.',
      { queryType: 'summary', slos: ['availability'], filters: [{ label: 'namespace', op: '=', value: 'shop' }] }
    ),
    example(
      'history',
      'How each week ended',
      'One row for each calendar period of the time range. Select 30 days or more.',
      { queryType: 'history', slos: ['availability'], groupBy: [], period: 'week' }
    ),
    example(
      'burners',
      'Who spent the budget',
      'The label values with the most bad events. They add up to all bad events.',
      { queryType: 'burners', slos: ['availability'], groupBy: [], burners: { by: ['workload', 'code'], top: 10 } }
    ),
    example('whatif', 'Other objectives and windows', 'The error budget with 99.5% or 99.95%, over 7 or 30 days.', {
      queryType: 'whatif',
      slos: ['availability'],
      groupBy: [],
      whatif: { objectives: [99.5, 99.9, 99.95], windows: ['7d', '30d'] },
    }),
    example(
      'backtest',
      'Which alert policy would have paged',
      'Replays every policy over the time range: pages, time to detect, budget spent before.',
      { queryType: 'backtest', slos: ['availability'], groupBy: ['namespace'], backtest: { step: '5m' } }
    ),
    example(
      'inline',
      'Burn rates of an SLO that is not in the catalog',
      'Write the SLO in the query: total and bad events as Prometheus selectors.',
      { queryType: 'timeseries', inline: exampleEvents, metrics: ['burn'] }
    ),
    example(
      'inline-latency',
      'A latency SLO, written in the query',
      'The share of requests within the threshold, from a histogram with a bucket at the threshold.',
      { queryType: 'summary', inline: exampleLatency }
    ),
  ];
}
