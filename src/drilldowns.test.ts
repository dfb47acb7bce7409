import type { DataQueryRequest } from '@grafana/data';

import { drilldownsApplicability } from './applicability';
import { modifyQuery, queryHasFilter, toggleQueryFilter, withGroupByKeys } from './drilldowns';
import type { BurnlineQuery, SeriesFilter } from './types';

const queryWith = (...filters: SeriesFilter[]): BurnlineQuery => ({ refId: 'A', filters });
const shop: SeriesFilter = { label: 'namespace', op: '=', value: 'shop' };
const notShop: SeriesFilter = { ...shop, op: '!=' };
const code: SeriesFilter = { label: 'code', op: '=~', value: '5..' };
const options = { key: 'namespace', value: 'shop' };

it.each([
  ['is added', [code], 'FILTER_FOR', [code, shop]],
  ['is taken away', [shop, code], 'FILTER_FOR', [code]],
  ['is turned round', [notShop, code], 'FILTER_FOR', [code, shop]],
  ['is added as its opposite', [], 'FILTER_OUT', [notShop]],
  ['is turned into its opposite', [shop], 'FILTER_OUT', [notShop]],
  ['without an operator is taken away', [{ label: 'namespace', value: 'shop' }], 'FILTER_FOR', undefined],
  ['stays beside a pattern of the same text', [{ ...shop, op: '=~' }], 'FILTER_FOR', [{ ...shop, op: '=~' }, shop]],
] as const)('a toggled filter %s', (_, before, type, after) => {
  const query = queryWith(...(before as unknown as SeriesFilter[]));
  expect(toggleQueryFilter(query, { type, options }).filters).toEqual(after);
});

it('has a filter by label, value and operator', () => {
  expect(queryHasFilter(queryWith(shop), options)).toBe(true);
  expect(queryHasFilter(queryWith({ label: 'namespace', value: 'shop' }), options)).toBe(true);
  expect(queryHasFilter(queryWith(notShop), options)).toBe(false);
  expect(queryHasFilter(queryWith(shop), { key: 'namespace', value: 'batch' })).toBe(false);
  expect(queryHasFilter({ refId: 'A' }, options)).toBe(false);
});

it.each([
  ['ADD_FILTER', [], [shop]],
  ['ADD_FILTER', [shop], [shop]],
  ['ADD_FILTER', [notShop], [shop]],
  ['ADD_FILTER_OUT', [shop], [notShop]],
  ['ADD_STRING_FILTER', [shop], [shop]],
] as const)('%s of Explore changes %j to %j', (type, before, after) => {
  expect(modifyQuery(queryWith(...before), { type, options }).filters).toEqual(after);
});

it('applies filters and keys with a label of some series', async () => {
  const labels: Record<string, string[]> = { a: ['namespace', 'workload'], b: ['code'] };
  const judged = await drilldownsApplicability(
    {
      filters: [
        { key: 'namespace', operator: '=', value: 'shop' },
        { key: 'team', operator: '=', value: 'x', origin: 'scope' },
      ],
      groupByKeys: ['code', 'pod'],
      queries: [
        { refId: 'A', slos: ['a'] },
        { refId: 'B', slos: ['b'] },
      ],
    },
    async ({ slos }) => labels[slos![0]]
  );
  expect(judged).toEqual([
    { key: 'namespace', applicable: true },
    { key: 'team', applicable: false, origin: 'scope', reason: 'No series has the label team.' },
    { key: 'code', applicable: true },
    { key: 'pod', applicable: false, reason: 'No series has the label pod.' },
  ]);
});

it('groups every query by the keys of the dashboard', () => {
  const targets = [{ refId: 'A', groupBy: ['pod'] }, { refId: 'B' }];
  const request = (groupByKeys?: string[]) => ({ targets, groupByKeys }) as DataQueryRequest<BurnlineQuery>;
  expect(withGroupByKeys(request(['namespace'])).targets.map(({ groupBy }) => groupBy)).toEqual([
    ['namespace'],
    ['namespace'],
  ]);
  expect(withGroupByKeys(request([])).targets).toEqual(targets);
  expect(withGroupByKeys(request()).targets).toEqual(targets);
});
