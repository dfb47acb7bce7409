import { DataQueryRequest, getDefaultTimeRange } from '@grafana/data';
import { setDataSourceSrv } from '@grafana/runtime';
import { act, renderHook } from '@testing-library/react';

import { useRuleLinks } from './alertRules';
import { readWorkloads } from './rows';
import { checkout, workloadsFrame } from './testing/frames';
import { giveRights } from './testing/rights';

const [row] = readWorkloads([workloadsFrame([checkout])]).rows;
const RIGHT = ['alert.rules:read'];
const LIST = ['Alert rules', '/alerting/list?search=datasource:"My Burnline"'];

function rule(uid: string, state?: string, source = 'b') {
  return { uid, name: `Rule ${uid}`, queriedDatasourceUIDs: [source], alerts: state ? [{ state }] : [] };
}

async function linksFor(rights: string[], rules: object[], type = 'burnline-slo-datasource') {
  const sent = giveRights(rights, [], undefined, rules);
  setDataSourceSrv({ getInstanceSettings: () => ({ uid: 'b', name: 'My Burnline', type }) } as never);
  const targets = [{ refId: 'A', datasource: { uid: 'b', type } }];
  const request = { targets, range: getDefaultTimeRange() } as unknown as DataQueryRequest;
  const { result } = renderHook(() => useRuleLinks(row, { request }));
  await act(async () => {});
  const links = result.current.map(({ title, href }) => [title, decodeURIComponent(href.replace(/\+/g, ' '))]);
  return { links, sent: sent.map((url) => decodeURIComponent(url)) };
}

test('the rule with an alert of this row is one click away', async () => {
  const { links, sent } = await linksFor(RIGHT, [rule('x', 'Normal'), rule('other'), rule('y', 'Normal', 'p')]);
  expect(links).toEqual([['Alert rule', '/alerting/grafana/x/view']]);
  const matcher = (name: string, value: string) =>
    `matcher={"name":"${name}","value":"${value}","isRegex":false,"isEqual":true}`;
  expect(sent).toEqual([
    '/api/prometheus/grafana/api/v1/rules?datasource_uid=b&limit_alerts=1&' +
      [matcher('slo', 'availability'), matcher('namespace', 'shop'), matcher('workload', 'checkout')].join('&'),
  ]);
});

test('rules that fire come instead of the others', async () => {
  const { links } = await linksFor(RIGHT, [rule('x', 'Normal'), rule('y', 'Alerting'), rule('z', 'Alerting (NoData)')]);
  expect(links).toEqual([
    ['Alert rule Rule y', '/alerting/grafana/y/view'],
    ['Alert rule Rule z', '/alerting/grafana/z/view'],
  ]);
});

test.each<[string, object[]]>([
  ['none', [rule('x')]],
  ['many', ['a', 'b', 'c', 'd'].map((uid) => rule(uid, 'Normal'))],
])('the list of rules is the way to %s', async (_, rules) => {
  expect((await linksFor(RIGHT, rules)).links).toEqual([LIST]);
});

test('nothing is sent without the right to read rules, or for another data source', async () => {
  expect(await linksFor([], [rule('x', 'Alerting')])).toEqual({ links: [LIST], sent: [] });
  expect(await linksFor(RIGHT, [rule('x', 'Alerting')], 'prometheus')).toEqual({ links: [], sent: [] });
});
