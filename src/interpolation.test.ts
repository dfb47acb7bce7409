import { setTemplateSrv } from '@grafana/runtime';

import { interpolateQuery } from './interpolation';
import { templateSrvWith } from './testing/templateSrv';
import type { BurnlineQuery } from './types';

const variables = {
  slo: { value: ['availability', 'latency'], multi: true },
  label: { value: ['namespace', 'workload'], multi: true },
  one: { value: 'a"b\\c.d' },
  job: { value: ['api', 'we.b'], multi: true },
  single: { value: ['we.b'], multi: true },
  policy: { value: 'sre-workbook' },
  empty: { value: [], multi: true },
};

beforeEach(() => setTemplateSrv(templateSrvWith(variables)));

function interpolated(query: Partial<BurnlineQuery>) {
  return interpolateQuery({ refId: 'A', ...query });
}

describe('names', () => {
  it('expands a variable with several values into several names', () => {
    expect(interpolated({ slos: ['$slo', 'errors'] }).slos).toEqual(['availability', 'latency', 'errors']);
    expect(interpolated({ groupBy: ['cluster', '${label}'] }).groupBy).toEqual(['cluster', 'namespace', 'workload']);
  });

  it('names nothing twice', () => {
    expect(interpolated({ slos: ['availability', '$slo'] }).slos).toEqual(['availability', 'latency']);
  });

  it('drops a variable without a value and keeps "one total" apart from "as defined"', () => {
    expect(interpolated({ groupBy: ['$empty'] }).groupBy).toEqual([]);
    expect(interpolated({ groupBy: [] }).groupBy).toEqual([]);
    expect(interpolated({}).groupBy).toBeUndefined();
  });

  it('replaces the names in the options of a query type', () => {
    expect(interpolated({ burners: { by: ['$label', 'code'], top: 5 } }).burners).toEqual({
      by: ['namespace', 'workload', 'code'],
      top: 5,
    });
    expect(interpolated({ whatif: { objectives: [99] } }).whatif).toEqual({ objectives: [99] });
    expect(interpolated({ backtest: { policies: ['$policy'] } }).backtest).toEqual({ policies: ['sre-workbook'] });
  });

  it('replaces the policy', () => {
    expect(interpolated({ policy: '$policy' }).policy).toBe('sre-workbook');
  });
});

describe('an inline SLO', () => {
  const inline = {
    name: '$policy-test',
    objective: 99.9,
    window: '30d',
    by: ['$label'],
    policy: '$policy',
    labels: { team: '$policy' },
    p95: { histogram: 'seconds_bucket{job="$one"}', target: '300ms' },
    sli: { events: { total: 'http_requests_total{job=~"$job"}', bad: 'errors_total{job=~"$single",x="$one"}' } },
  };
  const result = () => interpolated({ inline }).inline!;

  it('has every string replaced', () => {
    expect(result()).toMatchObject({
      name: 'sre-workbook-test',
      policy: 'sre-workbook',
      by: ['namespace', 'workload'],
      labels: { team: 'sre-workbook' },
    });
  });

  it('gets the values of a multi-value variable as an escaped regular expression', () => {
    expect(result().sli.events?.total).toBe('http_requests_total{job=~"(api|we\\\\.b)"}');
  });

  it('gets a single value escaped for the quotes it stands in', () => {
    expect(result().sli.events?.bad).toBe('errors_total{job=~"we\\\\.b",x="a\\"b\\\\c.d"}');
    expect(result().p95?.histogram).toBe('seconds_bucket{job="a\\"b\\\\c.d"}');
  });

  it('keeps numbers and leaves the given query as it was', () => {
    expect(result().objective).toBe(99.9);
    expect(inline.sli.events.total).toBe('http_requests_total{job=~"$job"}');
  });
});
