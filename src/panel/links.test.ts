import { DataQueryRequest, LinkModel, getDefaultTimeRange } from '@grafana/data';
import { setDataSourceSrv } from '@grafana/runtime';
import { act, renderHook } from '@testing-library/react';

import { mayFollow } from './access';
import { incidentLinks, useFollowable } from './links';
import { readWorkloads } from './rows';
import { checkout, workloadsFrame } from './testing/frames';
import { giveRights } from './testing/rights';

const link = (href: string): LinkModel => ({ href, title: href, target: undefined, origin: null });

async function followable(...hrefs: string[]): Promise<string[]> {
  const links = hrefs.map(link);
  const { result } = renderHook(() => useFollowable(links));
  await act(async () => {});
  return result.current.map(({ href }) => href);
}

const EVERYWHERE = [
  'https://wiki.example.org/a',
  '//cdn.example.org/b',
  '/explore?panes=1',
  '/d/slo?x=1',
  '/d/other/name',
  '/alerting/list',
  '/alerting/silence/new?x',
];

test('a viewer sees the links that lead somewhere', async () => {
  const sent = giveRights(
    ['datasources:explore', 'dashboards:read', 'alert.rules:read', 'alert.instances:create'],
    ['slo']
  );
  expect(await followable(...EVERYWHERE)).toEqual(EVERYWHERE.filter((href) => href !== '/d/other/name'));
  expect(sent).toEqual(['/api/search?dashboardUIDs=slo&dashboardUIDs=other']);
});

test.each<[string, string[], string[]]>([
  ['Explore', ['dashboards:read'], ['https://wiki.example.org/a', '//cdn.example.org/b', '/d/slo?x=1']],
  ['dashboards', ['datasources:explore'], ['https://wiki.example.org/a', '//cdn.example.org/b', '/explore?panes=1']],
])('a viewer without %s does not see its links', async (_, rights, seen) => {
  giveRights(rights, ['slo']);
  expect(await followable(...EVERYWHERE)).toEqual(seen);
});

test('a public dashboard has links out of Grafana only, and sends nothing', async () => {
  const sent = giveRights(['datasources:explore', 'dashboards:read'], ['slo'], 'token');
  expect(await followable(...EVERYWHERE, '/plugins')).toEqual(EVERYWHERE.slice(0, 2));
  expect(sent).toEqual([]);
});

test('a link with the address of this Grafana is one into it', () => {
  giveRights([]);
  expect(mayFollow(`${window.location.origin}/explore`)).toBe(false);
  expect(mayFollow('/d/a?b')).toBe(false);
});

describe('links for an incident', () => {
  const [row] = readWorkloads([workloadsFrame([checkout])]).rows;
  const burnline = { uid: 'b', name: 'My Burnline', type: 'burnline-slo-datasource', jsonData: {} };
  const tempo = { uid: 't', name: 'Tempo', type: 'tempo', jsonData: {} };
  const prometheus = (destinations: object[]) => ({
    uid: 'p',
    name: 'P',
    type: 'prometheus',
    jsonData: { exemplarTraceIdDestinations: destinations },
  });
  const titles = (sources: Array<{ uid: string; type: string }>, type = 'burnline-slo-datasource') => {
    setDataSourceSrv({
      getInstanceSettings: (ref: string | { uid: string }) =>
        sources.find(({ uid }) => uid === (typeof ref === 'string' ? ref : ref?.uid)),
      getList: () => sources.filter((source) => source.type === 'prometheus'),
    } as never);
    const request = { targets: [{ refId: 'A', datasource: { uid: 'b', type } }], range: getDefaultTimeRange() };
    return incidentLinks(row, { request: request as unknown as DataQueryRequest }, []);
  };

  test('lead to its dashboards and a silence of its labels', () => {
    const links = titles([burnline]);
    expect(links.map(({ title }) => title)).toEqual(['SLO in detail', 'What spent the budget', 'Silence']);
    const variables =
      'var-datasource=b&var-slo=availability&var-namespace=shop&var-workload=checkout&from=now-6h&to=now';
    expect(links.slice(0, 2).map(({ href }) => decodeURIComponent(href))).toEqual([
      `/d/burnline-slo?${variables}`,
      `/d/burnline-spent?${variables}`,
    ]);
    expect(new URLSearchParams(links[2].href.split('?')[1]).getAll('matcher')).toEqual([
      'slo=availability',
      'namespace=shop',
      'workload=checkout',
    ]);
  });

  test('lead to failed traces where Prometheus names their data source', () => {
    const links = titles([burnline, prometheus([{ url: 'x' }, { datasourceUid: 't' }]), tempo]);
    const traces = links.find(({ title }) => title === 'Traces')!;
    const { panes } = Object.fromEntries(new URLSearchParams(traces.href.split('?')[1]));
    expect(JSON.parse(panes).burnline).toMatchObject({ datasource: 't', range: { from: 'now-6h', to: 'now' } });
    expect(JSON.parse(panes).burnline.queries[0].query).toContain('resource.service.name = "checkout"');
    expect(titles([burnline, prometheus([]), tempo]).map(({ title }) => title)).not.toContain('Traces');
  });

  test('are none for rows of another data source', () => {
    expect(titles([burnline], 'grafana')).toEqual([]);
  });
});
