import type { BurnlineQuery, SLO } from './types';

/**
 * Definitions for the usual HTTP metrics of Prometheus clients, with the labels that tell a Kubernetes workload. Series that
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

/** An SLO over counters; the inline form starts from it. */
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

/** An SLO over a histogram. */
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

export const queryExamples: QueryExample[] = [
  {
    title: 'Every workload at a glance',
    explanation:
      'One row per workload with its tightest SLO, p95 latency, throughput and trend. Show it with the Burnline workloads panel.',
    query: { refId: 'A', queryType: 'workloads' },
  },
  {
    title: 'Every SLO of the catalog',
    explanation: 'One row per SLO and group: state, budget left, burn rates, forecast. Alert rules can use it.',
    query: { refId: 'A', queryType: 'summary' },
  },
  {
    title: 'Error budget over time, per namespace',
    explanation: 'Select the SLOs by name and group them otherwise than the catalog does.',
    query: {
      refId: 'A',
      queryType: 'timeseries',
      slos: ['availability'],
      groupBy: ['namespace'],
      metrics: ['budget'],
    },
  },
  {
    title: 'Burn rates of an SLO that is not in the catalog',
    explanation: 'Write the SLO in the query: total and bad events as Prometheus selectors.',
    query: { refId: 'A', queryType: 'timeseries', inline: exampleEvents, metrics: ['burn'] },
  },
  {
    title: 'A latency SLO, written in the query',
    explanation: 'The share of requests within the threshold, from a classic histogram with a bucket at the threshold.',
    query: { refId: 'A', queryType: 'summary', inline: exampleLatency },
  },
];
