import { fireEvent, render, screen } from '@testing-library/react';
import React, { useState } from 'react';

import { answerResources } from '../testing/backend';
import { makeDataSource } from '../testing/dataSource';
import { choose, prepareEditor } from '../testing/queryEditor';
import { testIds } from '../testIds';
import type { VariableQuery } from '../variables';
import { VariableEditor } from './VariableEditor';

const ids = testIds.variableEditor;
const filters = testIds.queryEditor.filters;

beforeEach(prepareEditor);

/** Renders the editor as Grafana does, and gives the query as it is now, its runs and the paths of its requests. */
function edit(query: Partial<VariableQuery> = {}) {
  const sent = answerResources('burnline', ({ path }) => {
    switch (path) {
      case 'slos':
        return {
          slos: [
            { name: 'availability', labels: { team: 'shop', tier: '1' } },
            { name: 'latency', labels: { team: 'infra' } },
          ],
        };
      case 'keys':
        return { labels: ['namespace', 'workload'] };
      default:
        return { values: ['cart', 'checkout'] };
    }
  });
  const datasource = makeDataSource();
  const state = { query: { refId: 'A', ...query } as VariableQuery, runs: 0, sent };
  function Page() {
    const [query, setQuery] = useState(state.query);
    state.query = query;
    return (
      <VariableEditor datasource={datasource} query={query} onChange={setQuery} onRunQuery={() => void state.runs++} />
    );
  }
  render(<Page />);
  return state;
}

async function addFilter(label: string, value: string) {
  fireEvent.click(screen.getByLabelText('Add'));
  await choose(`${filters}-label`, label);
  await choose(`${filters}-value`, value);
}

it('lists the SLOs of a team', async () => {
  const state = edit();
  await addFilter('team', 'infra');
  expect(state.query).toEqual({ refId: 'A', filters: [{ label: 'team', op: '=', value: 'infra' }] });
  expect(state.runs).toBe(1);
  expect([...new Set(state.sent.map(({ path }) => path))]).toEqual(['slos']);
});

it('lists the values of a label of SLOs, which are filtered by another one', async () => {
  const state = edit();
  await choose(ids.type, 'SLO label values');
  await choose(ids.label, 'team');
  await addFilter('tier', '1');
  expect(state.query).toEqual({
    refId: 'A',
    variable: 'sloLabel',
    label: 'team',
    filters: [{ label: 'tier', op: '=', value: '1' }],
  });
  expect(state.runs).toBe(3);
});

it('lists the values of a label of series, of some SLOs and with filters', async () => {
  const state = edit({ variable: 'values' });
  await choose(ids.label, 'workload');
  await choose(ids.slos, 'latency');
  await addFilter('namespace', 'cart');
  expect(state.query).toEqual({
    refId: 'A',
    variable: 'values',
    label: 'workload',
    slos: ['latency'],
    filters: [{ label: 'namespace', op: '=', value: 'cart' }],
  });
  expect(state.sent.find(({ path }) => path === 'values')?.body).toMatchObject({
    query: { slos: ['latency'] },
    label: 'namespace',
  });
});

it('looks for workloads without SLOs', async () => {
  const state = edit({ variable: 'workloads' });
  expect(screen.queryByTestId(ids.slos)).not.toBeInTheDocument();
  await choose(ids.label, 'namespace');
  expect(state.query).toEqual({ refId: 'A', variable: 'workloads', label: 'namespace' });
  expect(state.sent.find(({ path }) => path === 'keys')?.body).toMatchObject({ query: { queryType: 'resources' } });
});

it('has nothing to select for policies', async () => {
  const state = edit();
  await choose(ids.type, 'Alert policies');
  expect(state.query.variable).toBe('policies');
  expect(screen.queryByTestId(ids.slos)).not.toBeInTheDocument();
  expect(screen.queryByLabelText('Add')).not.toBeInTheDocument();
});
