import { FieldType, toDataFrame, type DataFrame, type DataLink } from '@grafana/data';

import { parseTags } from './components/LinksSection';
import { withRowLinks } from './links';
import { targetQuery, type RequestLinks } from './requestLinks';
import type { BurnlineQuery } from './types';

const types: Record<string, string> = { t: 'tempo', l: 'loki', p: 'prometheus', e: 'elasticsearch' };
const source: RequestLinks = {
  uid: 'burnline',
  name: 'Burnline',
  targets: { traces: { datasourceUid: 't' }, logs: { datasourceUid: 'l' } },
  typeOf: (uid) => types[uid],
};

/** What a link of a row opens; values of the row's columns are filled in as Grafana does it. */
function opened(link: DataLink, row: Record<string, string>) {
  const query = link.internal!.query;
  const replaceVariables = (text: string) =>
    text.replace(/\$\{__data\.fields\["(\w+)"\]\}/g, (variable, name) => row[name] ?? variable);
  return typeof query === 'function' ? query({ replaceVariables, scopedVars: {} }) : query;
}

const frame = (name: string, columns: string[], groupBy: string[], refId = 'A'): DataFrame => ({
  ...toDataFrame({
    refId,
    fields: columns.map((column) => ({ name: column, type: FieldType.string, values: ['x'] })),
    meta: { custom: { burnline: 1, groupBy } },
  }),
  name,
});

function linksOf(of: DataFrame, column: string, query: BurnlineQuery, targets = source.targets): DataLink[] {
  const [linked] = withRowLinks([of], [query], { ...source, targets });
  return linked.fields.find(({ name }) => name === column)?.config.links ?? [];
}

const link = (links: DataLink[], title: string) => links.find((one) => one.title === title)!;

it('opens the bad events of the group and values of a row', () => {
  const query: BurnlineQuery = { refId: 'A', queryType: 'burners', burners: { by: ['code'] }, groupBy: ['workload'] };
  const links = linksOf(frame('burners', ['slo', 'workload', 'code'], ['workload']), 'slo', query);
  expect(links.map(({ title }) => title)).toEqual(['Failing requests', 'Traces', 'Logs']);
  const failing = link(links, 'Failing requests');
  expect(opened(failing, { slo: 'availability', workload: 'cart', code: '500' })).toEqual({
    refId: 'A',
    queryType: 'exemplars',
    slos: ['availability'],
    groupBy: ['workload'],
    filters: [
      { label: 'workload', op: '=', value: 'cart' },
      { label: 'code', op: '=', value: '500' },
    ],
  });
  expect(opened(failing, { slo: 'a', workload: 'cart', code: '(other)' }).filters).toEqual([
    { label: 'workload', op: '=', value: 'cart' },
  ]);
});

it('opens traces and logs of the group, with values that no query can end', () => {
  const links = linksOf(frame('summary', ['slo', 'namespace', 'budget'], ['namespace']), 'slo', { refId: 'A' });
  const row = { slo: 'a', namespace: 'sh"op\\' };
  expect(opened(link(links, 'Traces'), row)).toEqual({
    refId: 'A',
    queryType: 'traceql',
    query: '{resource.k8s.namespace.name = "sh\\"op\\\\" && status = error}',
  });
  expect(opened(link(links, 'Logs'), row)).toEqual({ refId: 'A', expr: '{namespace="sh\\"op\\\\"}' });
});

it.each([
  [
    'tempo',
    { tags: [{ key: 'w', value: 'resource.app' }], query: '{${__tags}}' },
    { queryType: 'traceql', query: '{resource.app = "v"}' },
  ],
  ['loki', { tags: [{ key: 'w' }], query: '{${__tags}} |= "error"' }, { expr: '{w="v"} |= "error"' }],
  ['prometheus', { query: 'rate(x{${__tags}}[5m])' }, { expr: 'rate(x{w="v"}[5m])' }],
  [
    'jaeger',
    { tags: [{ key: 'w', value: 'service.name' }] },
    { queryType: 'search', service: 'v', tags: 'error=true' },
  ],
  ['elasticsearch', {}, { query: 'w:"v"' }],
])('writes the query of %s', (type, target, want) => {
  expect(targetQuery(target, type, [['w', 'v']])).toEqual({ refId: 'A', ...want });
});

it('has no link where no label is mapped, or no query is known', () => {
  expect(targetQuery({ tags: [{ key: 'pod' }] }, 'loki', [['w', 'v']])).toBeUndefined();
  expect(targetQuery({}, 'loki', [])).toBeUndefined();
  expect(targetQuery({}, 'prometheus', [['w', 'v']])).toBeUndefined();
  expect(targetQuery({}, 'jaeger', [['namespace', 'shop']])).toBeUndefined(); // it searches within a service
  const rows = frame('summary', ['slo', 'w', 'budget'], ['w']);
  expect(
    linksOf(rows, 'slo', { refId: 'A' }, { traces: { datasourceUid: 'gone' } }).map(({ title }) => title)
  ).not.toContain('Traces');
});

it('links an exemplar to its trace', () => {
  const exemplars = frame('exemplars', ['time', 'slo', 'w', 'value', 'trace_id'], ['w']);
  // The value is a point of a graph, which has no cell for the trace.
  for (const field of ['trace_id', 'value']) {
    const [trace] = linksOf(exemplars, field, { refId: 'A', queryType: 'exemplars' });
    expect(trace.internal).toMatchObject({
      datasourceUid: 't',
      query: { queryType: 'traceql', query: '${__data.fields.trace_id}' },
    });
  }
  expect(linksOf(exemplars, 'trace_id', { refId: 'A' }, {})).toEqual([]);
});

it('appends links to the texts of alerts, in annotations only', () => {
  const columns = {
    kind: 'firing',
    slo: 'a',
    text: 'a of <b>: fires',
    labels: '{"w":"x&y"}',
    time: 1000,
    timeEnd: 2000,
  };
  const events = (refId: string, kind = 'firing'): DataFrame => ({
    ...toDataFrame({
      refId,
      fields: Object.entries({ ...columns, kind }).map(([name, value]) => ({ name, values: [value] })),
      meta: { custom: { burnline: 1, groupBy: [] } },
    }),
    name: 'annotations',
  });
  const textOf = (of: DataFrame) =>
    withRowLinks([of], [{ refId: of.refId!, queryType: 'annotations' }], source)[0].fields.find(
      ({ name }) => name === 'text'
    )!.values[0];
  const text: string = textOf(events('Anno'));
  expect(text).toMatch(/^a of &lt;b&gt;: fires<br><a href="/);
  const hrefs = [...text.matchAll(/href="([^"]*)"/g)].map(([, href]) =>
    decodeURIComponent(href.replace(/&amp;/g, '&'))
  );
  expect(hrefs).toHaveLength(3);
  expect(hrefs[0]).toContain('"queryType":"exemplars","slos":["a"],"filters":[{"label":"w","op":"=","value":"x&y"}]');
  expect(hrefs[0]).toContain('"range":{"from":"1000","to":"2000"}');
  expect(hrefs[2]).toContain('"expr":"{w=\\"x&y\\"}"');
  expect(textOf(events('A'))).toBe(columns.text);
  expect(textOf(events('Anno', 'rollouts'))).toBe(columns.text);
});

it('reads labels and their names', () => {
  expect(parseTags('namespace=k8s_namespace, pod , a= b')).toEqual([
    { key: 'namespace', value: 'k8s_namespace' },
    { key: 'pod' },
    { key: 'a', value: 'b' },
  ]);
  expect(parseTags(' , ')).toBeUndefined();
});
