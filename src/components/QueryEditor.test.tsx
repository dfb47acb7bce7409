import React, { useState } from 'react';
import { setDataSourceSrv, setTemplateSrv, type DataSourceSrv } from '@grafana/runtime';
import { fireEvent, render, screen, waitFor, within } from '@testing-library/react';

import { exampleEvents } from '../examples';
import { testIds } from '../testIds';
import { answerResources, type Sent } from '../testing/backend';
import { makeDataSource } from '../testing/dataSource';
import { layOutElements } from '../testing/layout';
import { templateSrvWith } from '../testing/templateSrv';
import type { BurnlineQuery } from '../types';
import { QueryEditor } from './QueryEditor';

const ids = testIds.queryEditor;
const slo = (name: string, by: string[]) => ({
  name,
  description: '',
  objective: 99.9,
  window: '30d',
  kind: 'events',
  by,
});

beforeAll(layOutElements);
beforeEach(() => {
  setTemplateSrv(templateSrvWith({ slo: { value: 'latency' } }));
  setDataSourceSrv({ getList: () => [{ uid: 'prom' }] } as unknown as DataSourceSrv);
});

const answers: Record<string, (sent: Sent) => unknown> = {
  slos: () => ({ slos: [slo('availability', ['namespace', 'workload']), slo('errors', [])] }),
  policies: () => ({ policies: [{ name: 'sre-workbook', description: 'The workbook', alerts: [] }] }),
  labels: () => ({ labels: ['namespace', 'pod', 'workload'] }),
  'slo/validate': () => ({ problems: [] }),
  keys: () => ({ labels: ['namespace', 'workload'] }),
  values: () => ({ values: ['shop', 'infra'] }),
  preview: () => ({
    slos: [{ slo: 'availability', expressions: [{ title: 'All', expr: 'sum(a)' }], notices: [] }],
    more: 0,
  }),
  'lookup/metrics': () => ({ metrics: ['a_total', 'b_total'] }),
  'lookup/labels': () => ({ labels: ['code', 'job'] }),
  'lookup/values': () => ({ values: ['200', '500'] }),
  'lookup/buckets': () => ({ thresholds: ['100ms', '300ms'], native: false }),
};

/** Renders the editor as Grafana does, and gives the query as it is now and how often it was run. */
function renderEditor(query: Partial<BurnlineQuery> = {}, other: typeof answers = {}) {
  const sent = answerResources('burnline', (one) => ({ ...answers, ...other })[one.path](one));
  const datasource = makeDataSource();
  const state = { query: { refId: 'A', ...query } as BurnlineQuery, runs: 0, sent };
  function Page() {
    const [query, setQuery] = useState(state.query);
    state.query = query;
    return (
      <QueryEditor datasource={datasource} query={query} onChange={setQuery} onRunQuery={() => void state.runs++} />
    );
  }
  render(<Page />);
  return state;
}

const choose = async (testId: string, option: string | RegExp) => {
  const input = screen.getByTestId(testId);
  if (input.getAttribute('aria-expanded') !== 'true') {
    fireEvent.click(input);
  }
  const list = await waitFor(() => {
    const listbox = document.querySelector<HTMLElement>('[role=listbox]:not(:empty)');
    expect(listbox).not.toBeNull();
    return within(listbox!);
  });
  fireEvent.click(await list.findByText(option));
};
const pick = (testId: string, name: string) => fireEvent.click(within(screen.getByTestId(testId)).getByLabelText(name));
const fieldOf = (testId: string) => {
  let element = screen.getByTestId(testId).parentElement;
  while (element && !element.querySelector('label')) {
    element = element.parentElement;
  }
  return element;
};
const type = (testId: string, value: string) => fireEvent.change(screen.getByTestId(testId), { target: { value } });
/** Writes PromQL into a field that offers lists at first. */
const write = (testId: string, value: string) => {
  if (!screen.queryByTestId(testId)) {
    fireEvent.click(screen.getByTestId(`${testId}-mode`));
  }
  type(testId, value);
};

describe('the query type', () => {
  it('is explained and offers metrics for time series only', async () => {
    const state = renderEditor();
    expect(screen.getByTestId(ids.explanation)).toHaveTextContent(/^One row per SLO and group/);
    expect(screen.queryByTestId(ids.metrics)).not.toBeInTheDocument();

    await choose(ids.queryType, 'Time series');
    expect(state.query.queryType).toBe('timeseries');
    expect(state.runs).toBe(1);
    expect(screen.getByTestId(ids.explanation)).toHaveTextContent(/changed over the time range/);

    await choose(ids.metrics, 'Burn rates');
    expect(state.query.metrics).toEqual(['burn']);
  });

  it('asks a history for its calendar', async () => {
    const state = renderEditor({ queryType: 'history' });
    await choose(ids.period, 'quarter');
    expect(state.query.period).toBe('quarter');
    type(ids.timezone, 'Europe/Ber');
    await choose(ids.timezone, 'Europe/Berlin');
    expect(state.query.timezone).toBe('Europe/Berlin');
  });

  it('asks a what-if for objectives and windows', async () => {
    const state = renderEditor({ queryType: 'whatif' });
    expect(screen.getByText(/Choose objectives, windows or both/)).toBeInTheDocument();
    await choose(ids.objectives, '99.5 %');
    await choose(ids.windows, '7d');
    expect(state.query.whatif).toEqual({ objectives: [99.5], windows: ['7d'] });
  });

  it('asks burners for labels', async () => {
    const state = renderEditor({ queryType: 'burners', slos: ['availability'] });
    await choose(ids.burnersBy, 'workload');
    type(ids.top, '5');
    fireEvent.blur(screen.getByTestId(ids.top));
    expect(state.query.burners).toEqual({ by: ['workload'], top: 5 });
  });

  it('asks a backtest for policies and the step', async () => {
    const state = renderEditor({ queryType: 'backtest' });
    await choose(ids.policies, 'sre-workbook');
    pick(ids.step, '1m');
    expect(state.query.backtest).toEqual({ policies: ['sre-workbook'], step: '1m' });
  });
});

describe('filters', () => {
  it('are matchers that are run when they are complete', async () => {
    const state = renderEditor();
    const filters = () => within(fieldOf(ids.filters + '-label') ?? document.body);
    fireEvent.click(screen.getByLabelText('Add'));
    await choose(`${ids.filters}-label`, 'namespace');
    expect(state.query.filters).toBeUndefined();
    expect(state.runs).toBe(0);
    await choose(`${ids.filters}-value`, 'shop');
    expect(state.query.filters).toEqual([{ label: 'namespace', op: '=', value: 'shop' }]);
    expect(state.runs).toBe(1);
    await choose(`${ids.filters}-op`, '!=');
    expect(state.query.filters).toEqual([{ label: 'namespace', op: '!=', value: 'shop' }]);
    fireEvent.click(filters().getByLabelText('Filters: remove this filter'));
    expect(state.query.filters).toBeUndefined();
  });
});

describe('the preview', () => {
  it('is asked for when it is opened, and shows what is counted', async () => {
    const state = renderEditor({ slos: ['availability'] });
    expect(state.sent.map(({ path }) => path)).not.toContain('preview');
    fireEvent.click(screen.getByText('Generated PromQL'));
    expect(await screen.findByTestId(ids.previewExpr)).toHaveTextContent('sum(a)');
    expect(screen.getByText('Open in Explore').closest('a')).toHaveAttribute(
      'href',
      expect.stringContaining(encodeURIComponent('"expr":"sum(a)"'))
    );
  });
});

describe('SLOs of the catalog', () => {
  it('are chosen by name, and none chosen means all', async () => {
    const state = renderEditor();
    await choose(ids.slos, 'availability');
    expect(state.query.slos).toEqual(['availability']);
    await choose(ids.slos, 'availability');
    expect(state.query.slos).toBeUndefined();
  });

  it('can be a template variable', async () => {
    const state = renderEditor();
    await choose(ids.slos, '${slo}');
    expect(state.query.slos).toEqual(['${slo}']);
    expect(screen.queryByText(/Not in the catalog/)).not.toBeInTheDocument();
  });

  it('that do not exist are pointed out', async () => {
    renderEditor({ slos: ['availability', 'gone'] });
    expect(await screen.findByText('Not in the catalog: gone')).toBeInTheDocument();
  });

  it('cannot be listed without the backend, which is said at the field', async () => {
    const fail = () => {
      throw new Error('plugin unavailable');
    };
    renderEditor({}, { slos: fail });
    expect(await screen.findByText(/could not be listed: plugin unavailable/)).toBeInTheDocument();
  });

  it('are grouped by other labels, starting from their own', async () => {
    const state = renderEditor({ slos: ['availability'] });
    await waitFor(() => expect(state.sent.map((one) => one.path)).toContain('slos'));
    pick(ids.grouping, 'Other labels');
    await waitFor(() => expect(state.query.groupBy).toEqual(['namespace', 'workload']));

    await choose(ids.groupBy, 'pod');
    expect(state.query.groupBy).toEqual(['namespace', 'workload', 'pod']);
    expect(state.sent).toContainEqual({ method: 'GET', path: 'labels', params: { slo: 'availability' } });

    pick(ids.grouping, 'As the SLO says');
    expect(state.query.groupBy).toBeUndefined();
  });

  it('can be judged by another policy', async () => {
    const state = renderEditor();
    await choose(ids.policy, 'sre-workbook');
    expect(state.query.policy).toBe('sre-workbook');
  });
});

describe('an SLO written in the query', () => {
  it('replaces the names, which come back when it is left', async () => {
    const state = renderEditor({ slos: ['availability'], policy: 'sre-workbook' });
    pick(ids.source, 'This query');
    expect(state.query.slos).toBeUndefined();
    expect(state.query.policy).toBeUndefined();
    expect(state.query.inline).toEqual(exampleEvents);

    pick(ids.source, 'Catalog');
    expect(state.query).toMatchObject({ slos: ['availability'], policy: 'sre-workbook', inline: undefined });
  });

  it('is written field by field and run when a field is left', async () => {
    const state = renderEditor();
    pick(ids.source, 'This query');
    const before = state.runs;
    write(ids.total, 'a_total');
    write(ids.counted, 'b_total');
    type(ids.objective, '99.5');
    write(ids.p95Histogram, 'seconds_bucket');
    expect(state.runs).toBe(before);
    fireEvent.blur(screen.getByTestId(ids.counted));

    expect(state.runs).toBe(before + 1);
    expect(state.query.inline).toMatchObject({
      objective: 99.5,
      sli: { events: { total: 'a_total', bad: 'b_total' } },
      p95: { histogram: 'seconds_bucket', target: '' },
    });
    write(ids.p95Histogram, '');
    expect(state.query.inline).not.toHaveProperty('p95');
  });

  it('is chosen from what the server has; the bad events follow all events', async () => {
    const state = renderEditor();
    pick(ids.source, 'This query');
    await choose(`${ids.total}-metric`, 'b_total');
    expect(state.query.inline?.sli.events).toEqual({
      total: 'b_total{workload!=""}',
      bad: 'b_total{workload!="",code=~"5.."}',
    });
    expect(state.sent).toContainEqual({
      method: 'POST',
      path: 'lookup/metrics',
      body: { search: '', histograms: false },
    });
    expect(state.runs).toBe(2);
  });

  it('has several windows, of calendars too', async () => {
    const state = renderEditor();
    pick(ids.source, 'This query');
    await choose(ids.window, 'month UTC');
    expect(state.query.inline?.window).toEqual(['30d', { calendar: 'month', timezone: 'UTC' }]);
  });

  it('counts either the bad or the good events', async () => {
    const state = renderEditor();
    pick(ids.source, 'This query');
    write(ids.total, 'a_total');
    write(ids.counted, 'b_total');
    pick(ids.badOrGood, 'Good');
    expect(state.query.inline?.sli).toEqual({ events: { total: 'a_total', good: '' } });
    pick(ids.badOrGood, 'Bad');
    expect(state.query.inline?.sli).toEqual({ events: { total: 'a_total', bad: 'b_total' } });
  });

  it('can be about latency, at one of the buckets', async () => {
    const state = renderEditor();
    pick(ids.source, 'This query');
    await choose(ids.kind, 'Latency');
    write(ids.histogram, 'seconds');
    await choose(ids.threshold, '100ms');
    expect(state.query.inline?.sli).toEqual({ latency: { histogram: 'seconds', threshold: '100ms' } });
    expect(state.sent).toContainEqual({
      method: 'POST',
      path: 'lookup/buckets',
      body: { selector: 'seconds', unit: 's' },
    });
    expect(screen.queryByTestId(ids.p95Histogram)).not.toBeInTheDocument();
  });

  it.each([
    ['Quantile', [ids.histogram + '-metric', ids.quantile, ids.threshold, ids.slice]],
    ['Throughput', [ids.total + '-metric', ids.above, ids.slice]],
    ['Time slices', [ids.expr, ids.op, ids.value, ids.slice]],
    ['Probe', [ids.total + '-metric', ids.slice]],
    ['Recorded', [ids.total + '-metric', ids.of, ids.counted + '-metric', ids.slice]],
    ['Composite', [ids.members, ids.mode]],
  ])('has a form for %s', async (kind, fields) => {
    const state = renderEditor();
    pick(ids.source, 'This query');
    await choose(ids.kind, kind);
    fields.forEach((field) => expect(screen.getByTestId(field)).toBeInTheDocument());
    expect(Object.keys(state.query.inline!.sli)).toHaveLength(1);
  });

  it('can be made of SLOs of the catalog, with weights', async () => {
    const state = renderEditor();
    pick(ids.source, 'This query');
    await choose(ids.kind, 'Composite');
    await choose(ids.members, 'availability');
    await choose(ids.members, 'errors');
    fireEvent.change(screen.getByLabelText('Weight of errors'), { target: { value: '3' } });
    expect(state.query.inline?.sli).toEqual({
      composite: { of: [{ slo: 'availability' }, { slo: 'errors', weight: 3 }] },
    });
    await choose(ids.mode, 'All at once');
    expect(state.query.inline?.sli).toEqual({
      composite: { of: [{ slo: 'availability' }, { slo: 'errors' }], mode: 'all' },
    });
  });

  it('shows what the backend objects to, at the field or below', async () => {
    const problem = (path: string, message: string) => ({ path, message, line: 1, column: 1 });
    const problems = [
      problem('sli.events.total', 'http_requests is a gauge'),
      problem('runbook', 'not a URL'),
      problem('by[1]', '"a b" is not a label'),
    ];
    renderEditor({}, { 'slo/validate': () => ({ problems }) });
    pick(ids.source, 'This query');

    await screen.findByText('http_requests is a gauge');
    expect(fieldOf(`${ids.total}-metric`)).toHaveTextContent('http_requests is a gauge');
    expect(fieldOf(`${ids.counted}-metric`)).not.toHaveTextContent('gauge');
    expect(screen.getByText('"a b" is not a label')).toBeInTheDocument();
    expect(screen.getByTestId(ids.otherProblems)).toHaveTextContent('not a URL');
    expect(screen.getByTestId(ids.otherProblems)).not.toHaveTextContent('gauge');
  });
});
