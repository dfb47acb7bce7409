import { DataFrame, DataQueryRequest, FieldType, LoadingState, MappingType, toDataFrame } from '@grafana/data';
import { locationService, setDataSourceSrv, type PanelRendererProps } from '@grafana/runtime';
import type { DataQuery } from '@grafana/schema';
import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';
import { of } from 'rxjs';

import { Row, catalog, checkout, embeddings, payments, workloadsFrame } from '../testing/frames';
import { panelProps } from '../testing/panelProps';
import { giveRights } from '../testing/rights';
import { WorkloadsPanel } from './WorkloadsPanel';

// Grafana's own panels are not available here. Browser tests and a real Grafana draw them.
jest.mock('@grafana/runtime', () => ({
  ...jest.requireActual('@grafana/runtime'),
  PanelRenderer: ({ pluginId, data }: PanelRendererProps) => (
    <div>{`${pluginId}: ${data?.series.map(({ name }) => name)}`}</div>
  ),
}));

beforeEach(() => locationService.replace('/'));

const ROWS = [catalog, embeddings, payments, checkout];

type Props = Parameters<typeof panelProps>;

function show(rows: Row[] = ROWS, props: Props[1] = {}) {
  return render(<WorkloadsPanel {...panelProps({ series: [workloadsFrame(rows)] }, props)} />);
}

function showGrouped(rows: Row[] = ROWS) {
  return show(rows, { options: { ...panelProps({}).options, groupByNamespace: true } });
}

function lines(): HTMLElement[] {
  return screen.getAllByTestId('workload');
}

function names(): Array<string | undefined> {
  return lines().map((line) => within(line).getByRole('rowheader').firstChild?.firstChild?.textContent ?? undefined);
}

function line(name: string): HTMLElement {
  return lines()[names().indexOf(name)];
}

describe('rows', () => {
  it('tell what a person needs to know of a workload', () => {
    show();
    const cells = within(line('checkout'));
    for (const text of ['page', '23.4%', '▼ 38', '18.2× of 7.2×', '3 h', '312 ms', '300 ms', '184 req/s']) {
      expect(cells.getByText(text)).toBeInTheDocument();
    }
    expect(cells.getByRole('img', { name: '38 percentage points lost in a day' })).toBeInTheDocument();
  });

  it('mark a burn rate over its threshold, in sight and in words', () => {
    show();
    expect(within(line('checkout')).getByText('over the threshold')).toBeInTheDocument();
    expect(within(line('catalog')).queryByText('over the threshold')).not.toBeInTheDocument();
  });

  it('say what is measured where there is no state', () => {
    show();
    expect(within(line('embeddings')).getByText('62% coverage')).toBeInTheDocument();
  });

  it('are only those in sight when there are many', () => {
    show(Array.from({ length: 1000 }, (_, index) => ({ ...checkout, workload: `w-${index}` })));
    expect(lines().length).toBeGreaterThan(12);
    expect(lines().length).toBeLessThan(40);
    expect(screen.getByRole('table')).toHaveAttribute('aria-rowcount', '1001');
  });
});

describe('order and groups', () => {
  it('starts with what needs attention, then goes by namespace', () => {
    showGrouped();
    expect(names()).toEqual(['checkout', 'payments', 'embeddings', 'catalog']);
    expect(screen.getByRole('columnheader', { name: /State/ })).toHaveAttribute('aria-sort', 'descending');
    expect(screen.getByRole('button', { name: /Needs attention 2 workloads/ })).toBeInTheDocument();
    expect(screen.getByRole('button', { name: /namespace shop 1 workload/ })).toBeInTheDocument();
  });

  it('is one list, worst first', () => {
    show();
    expect(names()).toEqual(['checkout', 'payments', 'embeddings', 'catalog']);
    expect(screen.queryByRole('button', { name: /namespace/ })).not.toBeInTheDocument();
    expect(within(line('catalog')).getByText('shop · availability')).toBeInTheDocument();
  });

  it('has no groups where there is no namespace', () => {
    showGrouped(ROWS.map((row) => ({ ...row, namespace: '' })));
    expect(screen.queryByRole('button', { name: /namespace/ })).not.toBeInTheDocument();
  });

  it('sorts by a column from the keyboard, and says so', async () => {
    show();
    const header = screen.getByRole('columnheader', { name: /Throughput/ });
    within(header).getByRole('button').focus();
    await userEvent.keyboard('{Enter}');
    expect(header).toHaveAttribute('aria-sort', 'descending');
    expect(names()).toEqual(['catalog', 'embeddings', 'checkout', 'payments']);
    await userEvent.keyboard(' ');
    expect(header).toHaveAttribute('aria-sort', 'ascending');
    expect(names()).toEqual(['payments', 'checkout', 'embeddings', 'catalog']);
  });

  it('folds a namespace away, and its heading still tells of trouble', async () => {
    showGrouped();
    const heading = screen.getByRole('button', { name: /Needs attention/ });
    await userEvent.click(heading);
    expect(heading).toHaveAttribute('aria-expanded', 'false');
    expect(names()).toEqual(['embeddings', 'catalog']);
    expect(heading).toHaveTextContent('1 firing');
    expect(heading).toHaveTextContent('1 exhausted');
  });
});

describe('filters', () => {
  it('show the rows in which every word occurs, and say how many', async () => {
    show();
    await userEvent.type(screen.getByRole('textbox', { name: 'Filter the workloads' }), 'shop pay');
    expect(names()).toEqual(['payments']);
    expect(screen.getByTestId('summary')).toHaveTextContent('1 of 4 workloads');
  });

  it('show the states that are pressed', async () => {
    show();
    const firing = screen.getByRole('button', { name: '1 firing' });
    await userEvent.click(firing);
    await userEvent.click(screen.getByRole('button', { name: '1 exhausted' }));
    expect(names()).toEqual(['checkout', 'payments']);
    expect(firing).toHaveAttribute('aria-pressed', 'true');
    await userEvent.click(firing);
    expect(names()).toEqual(['payments']);
  });

  it('can be left out', () => {
    show(ROWS, { options: { ...panelProps({}).options, showFilter: false } });
    expect(screen.queryByRole('textbox')).not.toBeInTheDocument();
  });
});

describe('the field config', () => {
  it('names states by value mappings', () => {
    const type = MappingType.ValueToText as const;
    const mappings = [{ type, options: { '0': { text: 'all is well' }, '3': { text: 'burns' } } }];
    const series = [workloadsFrame(ROWS, { config: { state: { mappings } } })];
    render(<WorkloadsPanel {...panelProps({ series })} />);
    expect(within(line('catalog')).getByText('all is well')).toBeInTheDocument();
    expect(within(line('checkout')).getByText('burns')).toBeInTheDocument();
  });

  it('leads from the name where a data link does', async () => {
    giveRights(['dashboards:read'], ['x']);
    const frame = workloadsFrame(ROWS, { config: { workload: { links: [{ title: 'Detail', url: '/d/x' }] } } });
    const origin = frame.fields.find(({ name }) => name === 'workload')!;
    origin.getLinks = ({ valueRowIndex }) => [
      { href: `/d/x?row=${valueRowIndex}`, title: 'Detail', target: '_self', origin },
    ];
    render(<WorkloadsPanel {...panelProps({ series: [frame] })} />);
    expect(await screen.findByRole('link', { name: 'payments' })).toHaveAttribute('href', '/d/x?row=2');
  });
});

describe('an opened row', () => {
  it('tells what has no room above, and its burn-down where the data has one', async () => {
    const budget = toDataFrame({
      fields: [
        { name: 'time', type: FieldType.time, values: [0, 86_400_000] },
        { name: 'budget', labels: { namespace: 'shop', workload: 'checkout' }, values: [1, 0.234] },
      ],
    });
    render(<WorkloadsPanel {...panelProps({ series: [workloadsFrame(ROWS), budget] })} />);
    const toggle = screen.getByRole('button', { name: 'Burndown of checkout' });
    await userEvent.click(toggle);
    expect(toggle).toHaveAttribute('aria-expanded', 'true');
    const detail = document.getElementById(toggle.getAttribute('aria-controls')!)!;
    expect(detail).toHaveTextContent('availability over 30 d');
    expect(detail).toHaveTextContent('2.2 K events, 10 min');
    expect(detail).toHaveTextContent('18.2×, 5m 21.0× (threshold 7.2×)');
    expect(detail).toHaveTextContent('Requests without an error');
    expect(within(detail).getByRole('link', { name: 'Runbook' })).toHaveAttribute('href', 'https://wiki.example.org/a');
    expect(detail).toHaveTextContent('99.923% (target 99.9%)');
    expect(detail).toHaveTextContent('365.3 K of 476.9 Mil');
    expect(within(detail).getByRole('group')).toHaveAccessibleName(
      'Error budget over 1 d: from 100.0% to 23.4% remaining'
    );
    expect(within(detail).getByText('timeseries: Error budget remaining,Even burn')).toBeInTheDocument();
    await userEvent.click(toggle);
    expect(detail).not.toBeInTheDocument();
  });

  it('says what a burn-down takes where there is none', async () => {
    show();
    await userEvent.click(screen.getByRole('button', { name: 'Burndown of catalog' }));
    expect(screen.getByText(/add a time series named "budget" with the same labels/)).toBeInTheDocument();
  });
});

describe('the changes of an opened row', () => {
  const target = { refId: 'A', datasource: { type: 'burnline-slo-datasource', uid: 'b' } };
  const request = { requestId: 'Q1', targets: [target], range: { raw: { from: 'now-1h', to: 'now' } }, scopedVars: {} };
  const changes = toDataFrame({
    name: 'changes',
    fields: [
      { name: 'time', type: FieldType.time, values: [Date.UTC(2026, 10, 23, 19, 2), Date.UTC(2026, 10, 23, 18)] },
      { name: 'change', values: ['Rollout', 'Maintenance'] },
      { name: 'change_text', values: ['v1 to v2', ''] },
      { name: 'likelihood', values: ['likely', ''] },
      { name: 'excess', values: [1234, null] },
      { name: 'spent_since', values: [0.125, -0.001] },
    ],
  });
  const queried: string[] = [];
  const series = [workloadsFrame(ROWS)];
  const dataOf = (other: object) => ({ ...panelProps({ series }).data, request: other as never });
  let showOther: (other: object) => void;
  const open = async (answer: (type?: string) => object) => {
    giveRights([]);
    queried.length = 0;
    const query = ({ targets: [{ queryType, filters }] }: DataQueryRequest<DataQuery & { filters: object[] }>) => {
      queried.push(`${queryType} ${JSON.stringify(filters)}`);
      return of(answer(queryType));
    };
    setDataSourceSrv({
      get: async () => ({ query }),
      getInstanceSettings: () => undefined,
      getList: () => [],
    } as never);
    const { rerender } = show(ROWS, { data: dataOf(request) });
    showOther = (other) => rerender(<WorkloadsPanel {...panelProps(dataOf(other))} />);
    expect(queried).toEqual([]);
    await userEvent.click(screen.getByRole('button', { name: 'Burndown of catalog' }));
    return screen.findByTestId('changes');
  };

  it('are read once, for that row alone', async () => {
    const list = await open(() => ({ data: [changes] }));
    expect(await within(list).findByText('likely')).toBeInTheDocument();
    expect(
      within(list)
        .getAllByRole('row')
        .map(({ textContent }) => textContent)
    ).toEqual([
      'TimeChanges in the time rangeLikely causeBad events in excessBudget spent since',
      '11-23 19:02Rollout, v1 to v2likely1.2 K12.5%',
      '11-23 18:00Maintenance–-0.1%',
    ]);
    const filters = '[{"label":"namespace","op":"=","value":"shop"},{"label":"workload","op":"=","value":"catalog"}]';
    expect(queried).toEqual([`timeseries ${filters}`, `changes ${filters}`]);
  });

  it.each([
    ['range', { range: { raw: { from: '2026-11-01', to: 'now' } } }],
    ['filters', { filters: [{ key: 'cluster', operator: '=', value: 'a' }] }],
  ])('are read again for another %s of the same instant', async (_, change) => {
    const list = await open(() => ({ data: [changes] }));
    await within(list).findByText('likely');
    queried.length = 0;
    showOther({ ...request, ...change });
    await waitFor(() => expect(queried.map((each) => each.split(' ')[0])).toContain('changes'));
  });

  it('are none where nothing was found', async () => {
    const list = await open(() => ({ data: [] }));
    expect(await within(list).findByText('No changes were found.')).toBeInTheDocument();
  });

  it('give way to the reason of a failed query', async () => {
    const list = await open((type) =>
      type === 'changes' ? { data: [changes], errors: [{ message: 'changes need single events' }] } : { data: [] }
    );
    expect(await within(list).findByText('changes need single events')).toBeInTheDocument();
    expect(within(list).queryByText('likely')).not.toBeInTheDocument();
  });
});

describe('rows that are stored', () => {
  const requested = jest.fn();
  const target = { refId: 'A', datasource: { type: 'burnline-slo-datasource', uid: 'b' } };
  const open = async (request: object) => {
    setDataSourceSrv({ get: requested, getInstanceSettings: requested, getList: () => [] } as never);
    show(ROWS, { data: { ...panelProps({ series: [workloadsFrame(ROWS)] }).data, request: request as never } });
    await userEvent.click(screen.getByRole('button', { name: 'Burndown of catalog' }));
  };

  it('are a snapshot, which has no burndown', async () => {
    const sent = giveRights(['dashboards:read']);
    await open({ targets: [{ ...target, datasource: { type: 'grafana' }, queryType: 'snapshot' }], range: {} });
    expect(screen.getByTestId('summary')).toHaveTextContent('Snapshot: stored rows');
    expect(screen.getByText('The snapshot contains no burndown of this row.')).toBeInTheDocument();
    expect(screen.getByText('The snapshot contains no changes.')).toBeInTheDocument();
    expect([sent, requested.mock.calls.filter(([ref]) => ref?.type !== 'grafana')]).toEqual([[], []]);
  });

  it('are those of a public dashboard, which sends nothing for a row', async () => {
    const sent = giveRights(['dashboards:read'], [], 'token');
    requested.mockReset();
    await open({ targets: [target], range: { raw: { from: 'now-1h', to: 'now' } } });
    expect(screen.getByTestId('summary')).toHaveTextContent('Public dashboard: rows without details');
    expect(screen.getByText(/^A public dashboard shows no burndown/)).toBeInTheDocument();
    expect(screen.getByText(/^A public dashboard shows no changes/)).toBeInTheDocument();
    expect(screen.queryByRole('link', { name: 'Silence' })).not.toBeInTheDocument();
    expect(sent).toEqual([]);
  });
});

describe('the line over the table', () => {
  it('counts the workloads in each state', () => {
    show();
    const summary = screen.getByTestId('summary');
    for (const text of [
      '4 workloads',
      '1 firing',
      '1 exhausted',
      '1 unmeasured',
      '1 ok',
      'window 30 d, at 2026-11-23 20:00',
    ]) {
      expect(summary).toHaveTextContent(text);
    }
  });

  it('tells when Grafana answered from its query cache', () => {
    const { rerender } = show();
    expect(screen.getByTestId('summary')).not.toHaveTextContent('cache');
    rerender(
      <WorkloadsPanel {...panelProps({ series: [workloadsFrame(ROWS, { meta: { isCachedResponse: true } })] })} />
    );
    expect(screen.getByTestId('summary')).toHaveTextContent('from Grafana’s query cache');
  });

  it('has the gravest notice, and the others on demand', async () => {
    const notices = [
      { severity: 'info', text: 'batch has no series' } as const,
      { severity: 'warning', text: 'embeddings was measured for 62 %' } as const,
    ];
    render(<WorkloadsPanel {...panelProps({ series: [workloadsFrame(ROWS, { meta: { notices } })] })} />);
    expect(screen.getByText('embeddings was measured for 62 %')).toBeInTheDocument();
    expect(screen.queryByText('batch has no series')).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: '1 more' }));
    expect(screen.getByText('batch has no series')).toBeInTheDocument();
  });
});

test('a narrow panel keeps state, name and budget, and hides lesser columns', () => {
  show(ROWS, { width: 330 });
  const headers = screen.getAllByRole('columnheader').map((header) => header.textContent);
  expect(headers).toEqual(['State', 'Workload', 'Error budget']);
  expect(within(line('checkout')).getByText('page')).toBeInTheDocument();
  expect(line('checkout')).toHaveTextContent('page 18.2× of 7.2×');
});

describe('without rows', () => {
  it('waits for the first answer', () => {
    render(<WorkloadsPanel {...panelProps({ state: LoadingState.Loading })} />);
    expect(screen.getByText('Loading workloads…')).toBeInTheDocument();
  });

  it('says what was looked for and what to do', () => {
    const notices = [{ severity: 'warning', text: 'No series for x_total{job="a"}' } as const];
    render(<WorkloadsPanel {...panelProps({ series: [workloadsFrame([], { meta: { notices } })] })} />);
    expect(screen.getByText('No workloads found')).toBeInTheDocument();
    expect(screen.getByText('No series for x_total{job="a"}')).toBeInTheDocument();
    expect(screen.getByText(/Check that the metrics exist/)).toBeInTheDocument();
  });

  it('says which fields it needs when the data is of something else', () => {
    render(<WorkloadsPanel {...panelProps({ series: [toDataFrame({ fields: [{ name: 'a', values: [1] }] })] })} />);
    expect(screen.getByText(/number field "state" or "budget"/)).toBeInTheDocument();
  });
});

describe('an error', () => {
  const errors = [{ refId: 'A', message: 'Prometheus cannot be reached' }];
  const failed = { state: LoadingState.Error, errors };

  it('shows its message', () => {
    render(<WorkloadsPanel {...panelProps(failed)} />);
    expect(screen.getByRole('alert')).toHaveTextContent('Prometheus cannot be reached');
  });

  it('keeps the last rows and marks them as stale', () => {
    const good: DataFrame[] = [workloadsFrame(ROWS)];
    const { rerender } = render(<WorkloadsPanel {...panelProps({ series: good })} />);
    expect(screen.queryByText(/^stale/)).not.toBeInTheDocument();
    for (const series of [[], good]) {
      rerender(<WorkloadsPanel {...panelProps({ ...failed, series })} />);
      expect(screen.getByRole('alert')).toHaveTextContent('The rows below are from the last successful refresh.');
      expect(screen.getByText(/^stale/)).toBeInTheDocument();
      expect(lines()).toHaveLength(4);
    }
    rerender(<WorkloadsPanel {...panelProps({ series: [workloadsFrame([checkout])] })} />);
    expect(screen.queryByText(/^stale/)).not.toBeInTheDocument();
    expect(lines()).toHaveLength(1);
  });

  it('of one query leaves the rows of another one as they are', () => {
    const partial = panelProps({ ...failed, series: [workloadsFrame(ROWS)] });
    const { rerender } = render(<WorkloadsPanel {...partial} />);
    rerender(<WorkloadsPanel {...partial} />);
    expect(screen.queryByText(/^stale/)).not.toBeInTheDocument();
    expect(lines()).toHaveLength(4);
  });

  it('does not keep rows of queries that were changed since', () => {
    const request = (expr: string) => ({ targets: [{ refId: 'A', expr }] }) as never;
    const { rerender } = render(
      <WorkloadsPanel {...panelProps({ series: [workloadsFrame(ROWS)], request: request('a') })} />
    );
    rerender(<WorkloadsPanel {...panelProps({ ...failed, request: request('b') })} />);
    expect(screen.queryByTestId('workload')).not.toBeInTheDocument();
  });

  // Grafana passes the frames of the last result on while it waits, and with an error.
  it.each([
    ['variables', (value: string) => [{}, { replaceVariables: (text: string) => text.replace('$ns', value) }] as const],
    ['filters', (value: string) => [{ filters: [{ key: 'ns', operator: '=', value }] }, {}] as const],
  ])('does not keep rows of other %s', (_, of) => {
    const series = [workloadsFrame(ROWS)];
    const shown = (value: string, data: Props[0]) => {
      const [request, props] = of(value);
      const targets = [{ refId: 'A', expr: '$ns' }];
      return <WorkloadsPanel {...panelProps({ series, request: { targets, ...request } as never, ...data }, props)} />;
    };
    const { rerender } = render(shown('shop', {}));
    expect(lines()).toHaveLength(4);
    for (const data of [{ state: LoadingState.Loading }, failed, { ...failed, series: [] }]) {
      rerender(shown('batch', data));
      expect(screen.queryByTestId('workload')).not.toBeInTheDocument();
    }
    rerender(shown('batch', { series: [workloadsFrame([checkout])] }));
    expect(lines()).toHaveLength(1);
  });
});

test('rows get their age when refreshes end each other without an answer', () => {
  const waiting = (id: string) =>
    panelProps({ state: LoadingState.Loading, request: { requestId: id, targets: [] } as never });
  const { rerender } = show(ROWS, {});
  for (const id of ['Q1', 'Q1', 'Q2']) {
    rerender(<WorkloadsPanel {...waiting(id)} />);
    expect(screen.queryByText(/^stale/)).not.toBeInTheDocument();
  }
  rerender(<WorkloadsPanel {...waiting('Q3')} />);
  expect(screen.getByText(/^stale, .* old$/)).toBeInTheDocument();
  expect(lines()).toHaveLength(4);
  rerender(<WorkloadsPanel {...panelProps({ series: [workloadsFrame(ROWS)] })} />);
  expect(screen.queryByText(/^stale/)).not.toBeInTheDocument();
});

test('a refresh leaves the rows in place', () => {
  const { rerender } = show();
  rerender(<WorkloadsPanel {...panelProps({ state: LoadingState.Loading })} />);
  expect(lines()).toHaveLength(4);
  expect(screen.queryByText(/^stale/)).not.toBeInTheDocument();
});

describe('rows that arrive in parts', () => {
  const part = (names: string[], read: number) => ({
    name: 'workloads',
    fields: [],
    length: 0,
    meta: { custom: { parts: [workloadsFrame(names.map((workload) => ({ ...checkout, workload })))], read, of: 500 } },
  });
  const show = (series: DataFrame[], state: LoadingState, id = 'Q1') => (
    <WorkloadsPanel {...panelProps({ series, state, request: { requestId: id, targets: [] } as never })} />
  );

  it('are visible with the progress, and a refresh does not take them away', () => {
    const { rerender } = render(show([part(['a'], 20)], LoadingState.Loading));
    expect(lines()).toHaveLength(1);
    expect(screen.getByTestId('summary')).toHaveTextContent('So far 20 of 500 SLOs');
    rerender(show([part(['a', 'b', 'c'], 60)], LoadingState.Loading));
    expect(lines()).toHaveLength(3);
    rerender(show([part(['a'], 20)], LoadingState.Loading, 'Q2'));
    expect(lines()).toHaveLength(3);
    expect(screen.getByTestId('summary')).toHaveTextContent('So far 60 of 500 SLOs');
    rerender(show([workloadsFrame(ROWS)], LoadingState.Done, 'Q2'));
    expect(lines()).toHaveLength(4);
    expect(screen.getByTestId('summary')).not.toHaveTextContent('So far');
    rerender(show([part(['a'], 20)], LoadingState.Loading, 'Q3'));
    expect(lines()).toHaveLength(4);
    expect(screen.getByTestId('summary')).not.toHaveTextContent('So far');
  });
});

test('a state that is filtered by can be cleared when no row has it any more', async () => {
  const { rerender } = show([checkout, catalog]);
  await userEvent.click(screen.getByRole('button', { name: '1 firing' }));
  expect(lines()).toHaveLength(1);
  rerender(<WorkloadsPanel {...panelProps({ series: [workloadsFrame([catalog])] })} />);
  expect(screen.queryByTestId('workload')).not.toBeInTheDocument();
  await userEvent.click(screen.getByRole('button', { name: '0 firing' }));
  expect(lines()).toHaveLength(1);
});

test('details of rows with names in any script have different ids', async () => {
  show(['кошелёк', 'שירות', 'a/b', 'a-b', 'a b'].map((workload) => ({ ...catalog, workload })));
  for (const toggle of screen.getAllByRole('button', { name: /^Burndown/ })) {
    await userEvent.click(toggle);
  }
  const ids = screen.getAllByRole('button', { expanded: true }).map((each) => each.getAttribute('aria-controls')!);
  expect(new Set(ids).size).toBe(5);
  expect(ids.every((id) => !/\s/.test(id) && document.getElementById(id))).toBe(true);
});

test('the second line of a name keeps its order with right-to-left names', () => {
  show([{ ...catalog, namespace: 'חנות', workload: 'שירות' }]);
  const sub = within(lines()[0]).getByRole('rowheader').lastChild!;
  expect(sub.textContent).toBe('\u2068חנות\u2069 · availability');
});

test('a row without labels or without an SLO has no stray separators', () => {
  show([{ ...catalog, slo: '' }]);
  expect(within(lines()[0]).getByRole('rowheader')).toHaveAttribute('title', 'shop / catalog');
});
