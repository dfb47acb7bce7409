import React, { useState } from 'react';
import { setTemplateSrv } from '@grafana/runtime';
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
beforeEach(() => setTemplateSrv(templateSrvWith({ slo: { value: 'latency' } })));

const answers: Record<string, (sent: Sent) => unknown> = {
  slos: () => ({ slos: [slo('availability', ['namespace', 'workload']), slo('errors', [])] }),
  policies: () => ({ policies: [{ name: 'sre-workbook', description: 'The workbook', alerts: [] }] }),
  labels: () => ({ labels: ['namespace', 'pod', 'workload'] }),
  'slo/validate': () => ({ problems: [] }),
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

describe('the query type', () => {
  it('is explained and offers metrics for time series only', async () => {
    const state = renderEditor();
    expect(screen.getByTestId(ids.explanation)).toHaveTextContent(/^One row per SLO and group/);
    expect(screen.queryByTestId(ids.metrics)).not.toBeInTheDocument();

    pick(ids.queryType, 'Time series');
    expect(state.query.queryType).toBe('timeseries');
    expect(state.runs).toBe(1);
    expect(screen.getByTestId(ids.explanation)).toHaveTextContent(/changed over the time range/);

    await choose(ids.metrics, 'Burn rates');
    expect(state.query.metrics).toEqual(['burn']);
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
    type(ids.total, 'a_total');
    type(ids.counted, 'b_total');
    type(ids.objective, '99.5');
    type(ids.window, '7d');
    type(ids.p95Histogram, 'seconds_bucket');
    expect(state.runs).toBe(before);
    fireEvent.blur(screen.getByTestId(ids.counted));

    expect(state.runs).toBe(before + 1);
    expect(state.query.inline).toMatchObject({
      objective: 99.5,
      window: '7d',
      sli: { events: { total: 'a_total', bad: 'b_total' } },
      p95: { histogram: 'seconds_bucket', target: '' },
    });
    type(ids.p95Histogram, '');
    expect(state.query.inline).not.toHaveProperty('p95');
  });

  it('counts either the bad or the good events', async () => {
    const state = renderEditor();
    pick(ids.source, 'This query');
    type(ids.total, 'a_total');
    type(ids.counted, 'b_total');
    pick(ids.badOrGood, 'Good');
    expect(state.query.inline?.sli).toEqual({ events: { total: 'a_total', good: '' } });
    pick(ids.badOrGood, 'Bad');
    expect(state.query.inline?.sli).toEqual({ events: { total: 'a_total', bad: 'b_total' } });
  });

  it('can be about latency', async () => {
    const state = renderEditor();
    pick(ids.source, 'This query');
    pick(ids.kind, 'Latency');
    type(ids.histogram, 'seconds');
    type(ids.threshold, '250ms');
    expect(state.query.inline?.sli).toEqual({ latency: { histogram: 'seconds', threshold: '250ms' } });
    expect(screen.queryByTestId(ids.p95Histogram)).not.toBeInTheDocument();
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
    expect(fieldOf(ids.total)).toHaveTextContent('http_requests is a gauge');
    expect(fieldOf(ids.counted)).not.toHaveTextContent('gauge');
    expect(screen.getByText('"a b" is not a label')).toBeInTheDocument();
    expect(screen.getByTestId(ids.otherProblems)).toHaveTextContent('not a URL');
    expect(screen.getByTestId(ids.otherProblems)).not.toHaveTextContent('gauge');
  });
});
