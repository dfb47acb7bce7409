import { CoreApp } from '@grafana/data';
import { setTemplateSrv } from '@grafana/runtime';

import { exampleEvents } from './examples';
import { answerResources } from './testing/backend';
import { makeDataSource } from './testing/dataSource';
import { templateSrvWith } from './testing/templateSrv';
import type { BurnlineQuery, SLO } from './types';

const datasource = makeDataSource();

beforeEach(() => setTemplateSrv(templateSrvWith({ slo: { value: 'latency' }, job: { value: 'api' } })));

it('starts with a graph in a panel, a summary in Explore, and alerts in a rule', () => {
  expect(datasource.getDefaultQuery(CoreApp.PanelEditor)).toEqual({
    schemaVersion: 1,
    queryType: 'timeseries',
    metrics: ['budget'],
  });
  expect(datasource.getDefaultQuery(CoreApp.Explore)).toEqual({ schemaVersion: 1, queryType: 'summary' });
  expect(datasource.getDefaultQuery(CoreApp.UnifiedAlerting)).toEqual({ schemaVersion: 1, queryType: 'alerts' });
});

describe('filterQuery', () => {
  const runs = (query: Partial<BurnlineQuery>) => datasource.filterQuery({ refId: 'A', ...query });
  const inline = (sli: SLO['sli']) => ({ inline: { ...exampleEvents, sli } });

  it('runs a query for the whole catalog or for some SLOs', () => {
    expect(runs({})).toBe(true);
    expect(runs({ slos: ['availability'] })).toBe(true);
  });

  it('does not run a hidden query', () => {
    expect(runs({ hide: true })).toBe(false);
  });

  it('does not run an SLO that is still being written', () => {
    expect(runs(inline({ events: { total: '', bad: 'b_total' } }))).toBe(false);
    expect(runs(inline({ events: { total: 'a_total', bad: ' ' } }))).toBe(false);
    expect(runs(inline({ latency: { histogram: 'seconds', threshold: '' } }))).toBe(false);
  });

  it('runs an SLO that has all that is needed', () => {
    expect(runs(inline({ events: { total: 'a_total', bad: 'b_total' } }))).toBe(true);
    expect(runs(inline({ events: { total: 'a_total', good: 'g_total' } }))).toBe(true);
    expect(runs(inline({ latency: { histogram: 'seconds', threshold: '300ms' } }))).toBe(true);
  });
});

it('interpolates queries for other data sources and for Explore', () => {
  const [query] = datasource.interpolateVariablesInQueries([{ refId: 'A', slos: ['$slo'] }], {});
  expect(query.slos).toEqual(['latency']);
});

it.each<[string, Partial<BurnlineQuery>]>([
  ['summary: every SLO', {}],
  ['timeseries: a, b by namespace', { queryType: 'timeseries', slos: ['a', 'b'], groupBy: ['namespace'] }],
  ['workloads: availability by namespace, workload', { queryType: 'workloads', inline: exampleEvents }],
])('describes a query as "%s"', (text, query) => {
  expect(datasource.getQueryDisplayText({ refId: 'A', ...query })).toBe(text);
});

describe('resources', () => {
  it('asks for the labels of a named SLO, its variables replaced', async () => {
    const sent = answerResources('burnline', () => ({ labels: ['namespace'] }));
    expect(await datasource.getLabels('$slo')).toEqual(['namespace']);
    expect(sent).toEqual([{ method: 'GET', path: 'labels', params: { slo: 'latency' }, body: undefined }]);
  });

  it('posts an inline SLO with its variables replaced', async () => {
    const sent = answerResources('burnline', () => ({ problems: [] }));
    const slo = { ...exampleEvents, sli: { events: { total: 'a_total{job="$job"}', bad: 'b_total' } } };
    expect(await datasource.validateSLO(slo)).toEqual([]);
    expect(sent[0]).toMatchObject({ method: 'POST', path: 'slo/validate' });
    expect(sent[0].body).toHaveProperty('slo.sli.events.total', 'a_total{job="api"}');
  });

  it('passes on what the backend says went wrong', async () => {
    answerResources('burnline', () => {
      throw new Error('prometheus:9090 refused the connection');
    });
    await expect(datasource.getSLOs()).rejects.toMatchObject({
      data: { message: 'prometheus:9090 refused the connection' },
    });
  });
});
