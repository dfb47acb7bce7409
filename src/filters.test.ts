import { setTemplateSrv } from '@grafana/runtime';

import { seriesFilters } from './filters';
import { makeDataSource } from './testing/dataSource';
import { answerResources } from './testing/backend';
import { templateSrvWith } from './testing/templateSrv';

beforeEach(() => setTemplateSrv(templateSrvWith({ ns: { value: 'a.b' } })));

it.each([
  ['=', 'shop', undefined, { op: '=', value: 'shop' }],
  ['!=', '', undefined, { op: '!=', value: '' }],
  ['=~', 'sh.*', undefined, { op: '=~', value: 'sh.*' }],
  ['!~', 'sh.*', undefined, { op: '!~', value: 'sh.*' }],
  ['=|', 'a.b', ['a.b', 'c|d'], { op: '=~', value: 'a\\.b|c\\|d' }],
  ['!=|', 'a', ['a', 'b'], { op: '!~', value: 'a|b' }],
  ['=|', 'only', undefined, { op: '=~', value: 'only' }],
] as const)('the ad hoc operator %s of %j %j is a matcher', (operator, value, values, matcher) => {
  expect(seriesFilters([{ key: 'namespace', operator, value, values: values && [...values] }])).toEqual([
    { label: 'namespace', ...matcher },
  ]);
});

it.each(['<', '>', '<=', 'contains'])('the operator %s reaches the backend, which names it in an error', (operator) => {
  expect(seriesFilters([{ key: 'code', operator, value: '3' }])).toEqual([{ label: 'code', op: operator, value: '3' }]);
});

it('leaves out filters without a label', () => {
  expect(seriesFilters([{ key: '', operator: '=', value: 'a' }])).toEqual([]);
  expect(seriesFilters()).toEqual([]);
});

it('adds the filters of the dashboard to those of the query, with variables', () => {
  const own = { label: 'namespace', op: '=' as const, value: '$ns' };
  const query = { refId: 'A', filters: [own] };
  const sent = makeDataSource().applyTemplateVariables(query, {}, [{ key: 'code', operator: '=', value: '500' }]);
  expect(sent.filters).toEqual([
    { label: 'namespace', op: '=', value: 'a.b' },
    { label: 'code', op: '=', value: '500' },
  ]);
});

it('offers the labels and values of the first query, or else of the catalog', async () => {
  const sent = answerResources('burnline', ({ path }) =>
    path === 'keys' ? { labels: ['code'] } : { values: ['200'] }
  );
  const datasource = makeDataSource();
  expect(await datasource.getTagKeys({ queries: [{ refId: 'A', slos: ['a'] }], filters: [] })).toEqual([
    { text: 'code' },
  ]);
  expect(await datasource.getTagKeys()).toEqual([{ text: 'code' }]);
  expect(await datasource.getTagValues({ key: 'code', filters: [] })).toEqual([{ text: '200' }]);
  expect(sent.map(({ path, body }) => [path, body])).toEqual([
    ['keys', { query: { refId: 'A', slos: ['a'] } }],
    ['keys', { query: { refId: 'A' } }],
    ['values', { query: { refId: 'A' }, label: 'code' }],
  ]);
});
