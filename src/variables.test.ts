import { type DataQueryRequest, type ScopedVars, VariableHide } from '@grafana/data';
import { setTemplateSrv } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';

import { answerResources } from './testing/backend';
import { makeDataSource } from './testing/dataSource';
import { templateSrvWith } from './testing/templateSrv';
import { VariableSupport, type VariableQuery } from './variables';

beforeEach(() =>
  setTemplateSrv(
    templateSrvWith({ slo: { value: ['a', 'c'], multi: true }, ns: { value: 'shop' }, team: { value: 'shop' } })
  )
);

const slo = (name: string, labels?: Record<string, string>) => ({ name, labels });

/** The values of a variable, and the bodies that were sent. */
async function valuesOf(
  query: Partial<VariableQuery>,
  scopedVars: ScopedVars = {},
  values = ['cart', 'checkout'],
  unlabelled: string[] = []
) {
  const sent = answerResources('burnline', ({ path, body }) => {
    switch (path) {
      case 'slos':
        return { slos: [slo('a', { team: 'x' }), slo('b', { team: 'y' }), slo('c', { team: 'x', tier: '1' })] };
      case 'policies':
        return { policies: [{ name: 'page-and-slack', alerts: [] }] };
      case 'keys':
        return { labels: ['namespace', 'workload'] };
      default:
        return { values: JSON.stringify(body).includes('"op":"=","value":""') ? unlabelled : values };
    }
  });
  const request = { targets: [{ refId: 'A', ...query }], scopedVars };
  const support = new VariableSupport(makeDataSource());
  const { data } = await lastValueFrom(support.query(request as unknown as DataQueryRequest<VariableQuery>));
  return { texts: data.map(({ text, value }) => (expect(value).toBe(text), text)), sent };
}

it.each([
  ['the SLOs, where nothing is chosen', {}, ['a', 'b', 'c']],
  ['some SLOs, by a variable', { variable: 'slos', slos: ['$slo'] }, ['a', 'c']],
  ['each value of a label of the SLOs once', { variable: 'sloLabel', label: 'team' }, ['x', 'y']],
  ['a label of some SLOs', { variable: 'sloLabel', label: 'team', slos: ['$slo'] }, ['x']],
  ['a label that no SLO has', { variable: 'sloLabel', label: 'owner' }, []],
  ['a label that is not chosen', { variable: 'sloLabel' }, []],
  ['the policies', { variable: 'policies' }, ['page-and-slack']],
  ['the labels of the series', { variable: 'labels' }, ['namespace', 'workload']],
  ['the values of a label', { variable: 'values', label: 'workload' }, ['cart', 'checkout']],
  ['no values without a label', { variable: 'values' }, []],
  ['no workloads without a label', { variable: 'workloads' }, []],
] as const)('lists %s', async (_, query, texts) => {
  expect((await valuesOf(query as unknown as VariableQuery)).texts).toEqual(texts);
});

const filters = [{ label: 'namespace', op: '=' as const, value: '$ns' }];

it('narrows the values of series down by SLOs and filters', async () => {
  const { sent } = await valuesOf({ variable: 'values', label: 'workload', slos: ['$slo'], filters });
  expect(sent.map(({ body }) => body)).toEqual([
    {
      label: 'workload',
      query: { refId: 'A', slos: ['a', 'c'], filters: [{ label: 'namespace', op: '=', value: 'shop' }] },
    },
  ]);
});

it('finds workloads without SLOs', async () => {
  const { sent, texts } = await valuesOf({ variable: 'workloads', label: 'workload', slos: ['a'], filters });
  expect(texts).toEqual(['cart', 'checkout']);
  expect(sent.map(({ body }) => body)).toEqual([
    {
      label: 'workload',
      query: { refId: 'A', queryType: 'resources', filters: [{ label: 'namespace', op: '=', value: 'shop' }] },
    },
  ]);
});

const slos = [
  { name: 'api', labels: { team: 'shop', service: 'api' } },
  { name: 'cart', labels: { team: 'shop', service: 'cart' } },
  { name: 'jobs', labels: { team: 'batch' } },
  { name: 'old' },
];

async function values(query: Partial<VariableQuery>): Promise<string[]> {
  const datasource = makeDataSource();
  jest.spyOn(datasource, 'getSLOs').mockResolvedValue(slos as never);
  const request = { targets: [{ refId: 'variable', ...query }], scopedVars: {} };
  const { data } = await lastValueFrom(new VariableSupport(datasource).query(request as never));
  return data.map(({ text }) => text);
}

it.each<[string, Partial<VariableQuery>, string[]]>([
  ['all SLOs', { variable: 'slos' }, ['api', 'cart', 'jobs', 'old']],
  ['SLOs of a team', { variable: 'slos', filters: [{ label: 'team', op: '=~', value: '$team' }] }, ['api', 'cart']],
  [
    'SLOs of every team',
    { variable: 'slos', filters: [{ label: 'team', op: '=~', value: '.*' }] },
    ['api', 'cart', 'jobs', 'old'],
  ],
  ['SLOs without a team', { variable: 'slos', filters: [{ label: 'team', op: '=', value: '' }] }, ['old']],
  ['SLOs of other teams', { variable: 'slos', filters: [{ label: 'team', op: '!=', value: 'shop' }] }, ['jobs', 'old']],
  [
    'a pattern is anchored',
    { variable: 'slos', filters: [{ label: 'team', op: '!~', value: 'sho' }] },
    ['api', 'cart', 'jobs', 'old'],
  ],
  ['labels', { variable: 'sloLabel', label: 'team' }, ['batch', 'shop']],
  [
    'labels among others',
    { variable: 'sloLabel', label: 'service', filters: [{ label: 'team', op: '=~', value: 'batch|shop' }] },
    ['api', 'cart'],
  ],
])('finds %s', async (_, query, found) => {
  expect(await values(query)).toEqual(found);
});

it.each([
  [[], [], VariableHide.hideVariable],
  [[], ['up'], VariableHide.hideVariable],
  [['east'], [], VariableHide.hideVariable],
  [['east'], ['up'], VariableHide.dontHide],
  [['east', 'west'], [], VariableHide.dontHide],
])('hides a variable of a dashboard with the values %j, and %j without the label: %s', async (values, others, hide) => {
  const variable = { setState: jest.fn() };
  const scopedVars = { __sceneObject: { text: '', value: { valueOf: () => variable } } };
  await valuesOf({ variable: 'values', label: 'cluster', hideSingle: true }, scopedVars, values, others);
  expect(variable.setState.mock.calls).toEqual([[{ hide }]]);
  await valuesOf({ variable: 'values', label: 'cluster' }, scopedVars, values);
  expect(variable.setState).toHaveBeenCalledTimes(1);
});
