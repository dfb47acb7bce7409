import { setTemplateSrv } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';

import { makeDataSource } from './testing/dataSource';
import { templateSrvWith } from './testing/templateSrv';
import { type VariableQuery, VariableSupport } from './variables';

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

beforeEach(() => setTemplateSrv(templateSrvWith({ team: { value: 'shop' } })));

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
