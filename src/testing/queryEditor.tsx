import React, { useState } from 'react';
import type { CoreApp, TimeRange } from '@grafana/data';
import { setDataSourceSrv, setTemplateSrv, type DataSourceSrv } from '@grafana/runtime';
import { fireEvent, render, screen, waitFor, within } from '@testing-library/react';

import { QueryEditor } from '../components/QueryEditor';
import type { BurnlineQuery } from '../types';
import { answerResources, type Sent } from './backend';
import { makeDataSource } from './dataSource';
import { layOutElements } from './layout';
import { templateSrvWith } from './templateSrv';

const slo = (name: string, by: string[]) => ({
  name,
  description: '',
  objective: 99.9,
  window: '30d',
  kind: 'events',
  by,
});

export function prepareEditor() {
  layOutElements();
  setTemplateSrv(templateSrvWith({ slo: { value: 'latency' } }));
  setDataSourceSrv({ getList: () => [{ uid: 'prom' }] } as unknown as DataSourceSrv);
}

const answers: Record<string, (sent: Sent) => unknown> = {
  slos: () => ({ slos: [slo('availability', ['namespace', 'workload']), slo('errors', [])] }),
  policies: () => ({
    policies: [
      {
        name: 'sre-workbook',
        description: 'The workbook',
        alerts: [
          { severity: 'slack', percent: 5, long: '6h', short: '30m' },
          { severity: 'page', percent: 1, long: '1h', short: '5m' },
        ],
      },
    ],
  }),
  signals: () => ({
    signals: [
      { name: 'cpu', title: 'CPU', about: 'CPU that is used', unit: 'suffix: cores' },
      { name: 'restarts', title: 'Restarts', about: 'Of containers', unit: 'short' },
    ],
  }),
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
export function renderEditor(
  query: Partial<BurnlineQuery> = {},
  other: typeof answers = {},
  app?: CoreApp,
  range?: TimeRange
) {
  const sent = answerResources('burnline', (one) => ({ ...answers, ...other })[one.path](one));
  const datasource = makeDataSource();
  const state = { query: { refId: 'A', ...query } as BurnlineQuery, runs: 0, sent };
  function Page() {
    const [query, setQuery] = useState(state.query);
    state.query = query;
    return (
      <QueryEditor
        datasource={datasource}
        query={query}
        app={app}
        range={range}
        onChange={setQuery}
        onRunQuery={() => void state.runs++}
      />
    );
  }
  render(<Page />);
  return state;
}

export const choose = async (testId: string, option: string | RegExp) => {
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
/** Opens a group of hidden options. */
export const open = (title: string) => fireEvent.click(screen.getByText(title));
export const pick = (testId: string, name: string) =>
  fireEvent.click(within(screen.getByTestId(testId)).getByLabelText(name));
export const fieldOf = (testId: string) => {
  let element = screen.getByTestId(testId).parentElement;
  while (element && !element.querySelector('label')) {
    element = element.parentElement;
  }
  return element;
};
export const type = (testId: string, value: string) =>
  fireEvent.change(screen.getByTestId(testId), { target: { value } });
/** Types PromQL into a selector field. */
export const write = (testId: string, value: string) => {
  if (!screen.queryByTestId(testId)) {
    fireEvent.click(screen.getByTestId(`${testId}-mode`));
  }
  type(testId, value);
};
