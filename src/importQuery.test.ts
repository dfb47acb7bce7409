import { AbstractLabelOperator, type AbstractLabelMatcher } from '@grafana/data';

import { importAbstractQuery } from './importQuery';
import { isAnswerable } from './queries';

const { Equal, NotEqual, EqualRegEx, NotEqualRegEx } = AbstractLabelOperator;
const imported = (...matchers: Array<[string, AbstractLabelOperator, string]>) =>
  importAbstractQuery({
    refId: 'B',
    labelMatchers: matchers.map(([name, operator, value]): AbstractLabelMatcher => ({ name, operator, value })),
  });

it('begins an SLO over a counter, which is sent once its bad events are chosen', () => {
  const query = imported(
    ['__name__', Equal, 'http_requests_total'],
    ['job', NotEqual, 'a'],
    ['code', EqualRegEx, '2..']
  );
  expect(query).toMatchObject({ refId: 'B', queryType: 'summary', inline: { by: [] } });
  expect(query.inline?.sli).toEqual({ events: { total: 'http_requests_total{job!="a",code=~"2.."}', bad: '' } });
  expect(isAnswerable(query)).toBe(false);
});

it('begins a latency SLO over the buckets of a histogram', () => {
  const query = imported(
    ['__name__', Equal, 'took_seconds_bucket'],
    ['le', Equal, '0.3'],
    ['pod', NotEqualRegEx, 'x.*']
  );
  expect(query.inline?.sli).toEqual({ latency: { histogram: 'took_seconds_bucket{pod!~"x.*"}', threshold: '' } });
  expect(isAnswerable(query)).toBe(false);
});

it('keeps the matchers of a query without a metric as filters', () => {
  expect(imported(['namespace', Equal, 'shop'])).toEqual({
    refId: 'B',
    schemaVersion: 1,
    queryType: 'summary',
    filters: [{ label: 'namespace', op: '=', value: 'shop' }],
  });
  expect(imported()).toEqual({ refId: 'B', schemaVersion: 1, queryType: 'summary' });
});
