import React, { useState } from 'react';
import type { DataSourceSettings } from '@grafana/data';
import { setDataSourceSrv, type DataSourceSrv } from '@grafana/runtime';
import { act, fireEvent, render, screen, waitFor, within } from '@testing-library/react';

import { exampleCatalog } from '../examples';
import { testIds } from '../testIds';
import { answerResources, type Respond } from '../testing/backend';
import { layOutElements } from '../testing/layout';
import type { BurnlineOptions } from '../types';
import { ConfigEditor } from './ConfigEditor';

// Monaco requires a real browser, as in tests/e2e. Like Grafana's wrapper, this keeps its first
// onChange.
const goTo = jest.fn();
jest.mock('@grafana/ui', () => ({
  ...jest.requireActual('@grafana/ui'),
  CodeEditor: function CodeEditor(props: {
    value: string;
    onChange: (value: string) => void;
    onEditorDidMount?: (...args: unknown[]) => void;
  }) {
    const { useEffect, useState } = jest.requireActual<typeof React>('react');
    const [first] = useState(props);
    useEffect(() => {
      const editor = { getModel: () => null, setPosition: goTo, revealPositionInCenter: () => {}, focus: () => {} };
      first.onEditorDidMount?.(editor, { languages: { registerCompletionItemProvider: () => ({ dispose() {} }) } });
    }, [first]);
    return (
      <textarea aria-label="catalog" value={props.value} onChange={(event) => first.onChange(event.target.value)} />
    );
  },
}));

beforeAll(layOutElements);

type Options = DataSourceSettings<BurnlineOptions>;

const saved = {
  id: 1,
  uid: 'burnline',
  name: 'Burnline',
  type: 'burnline-slo-datasource',
  url: 'http://prometheus:9090',
  access: 'proxy',
  jsonData: {},
  secureJsonFields: {},
  readOnly: false,
} as unknown as Options;

const availability = {
  name: 'availability',
  description: '',
  objective: 99.9,
  window: '30d',
  kind: 'events',
  by: ['namespace', 'workload'],
};

/** Renders the editor as Grafana does, updates its options, and returns the current ones. */
function renderEditor(options: Options) {
  let current = options;
  function Page() {
    const [options, setOptions] = useState(current);
    current = options;
    return <ConfigEditor options={options} onOptionsChange={setOptions} />;
  }
  render(<Page />);
  return () => current;
}

function validating(respond: Respond = () => ({ slos: [], problems: [] })) {
  return answerResources('burnline', respond);
}

beforeEach(() =>
  setDataSourceSrv({ getList: () => [], getInstanceSettings: () => undefined } as unknown as DataSourceSrv)
);

const report = () => within(screen.getByTestId(testIds.configEditor.report));
const catalog = () => screen.getByLabelText<HTMLTextAreaElement>('catalog');

it('stores the URL', () => {
  validating();
  const options = renderEditor({ ...saved, url: '' });
  fireEvent.change(screen.getByLabelText('Data source connection URL'), { target: { value: 'http://thanos:10902' } });
  expect(options().url).toBe('http://thanos:10902');
});

it('inserts an example into an empty catalog only, and has it checked', async () => {
  const sent = validating(() => ({ slos: [availability], problems: [] }));
  const options = renderEditor(saved);
  fireEvent.click(screen.getByTestId(testIds.configEditor.insertExample));

  expect(options().jsonData.catalog).toBe(exampleCatalog);
  expect(screen.queryByTestId(testIds.configEditor.insertExample)).not.toBeInTheDocument();
  expect(await report().findByText('1 SLO found')).toBeInTheDocument();
  const cells = report()
    .getAllByRole('cell')
    .map(({ textContent }) => textContent);
  expect(cells.slice(0, 5)).toEqual(['availability', '99.9%', '30d', 'Success ratio', 'namespace, workload']);
  await waitFor(() =>
    expect(sent).toContainEqual({ method: 'POST', path: 'catalog/validate', body: { catalog: exampleCatalog } })
  );
});

it('lists 500 SLOs in pages that can be filtered, with problems first', async () => {
  const slos = Array.from({ length: 500 }, (_, index) => ({ ...availability, name: `slo-${index}` }));
  const problems = Array.from({ length: 60 }, (_, line) => ({ line, column: 1, path: 'slos', message: 'wrong' }));
  validating(() => ({ slos, problems }));
  renderEditor({ ...saved, jsonData: { catalog: 'slos: []' } });
  expect(await report().findByText('500 SLOs found')).toBeInTheDocument();
  expect(report().getAllByTestId(testIds.configEditor.slo)).toHaveLength(20);
  expect(report().getByText('60 problems')).toBeInTheDocument();
  expect(report().getAllByTestId(testIds.configEditor.problem)).toHaveLength(50);
  expect(report().getByText('10 more problems')).toBeInTheDocument();
  const [problem, table] = [report().getByText('60 problems'), report().getByRole('table')];
  expect(problem.compareDocumentPosition(table)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);

  fireEvent.change(report().getByRole('textbox', { name: 'Filter the SLOs' }), { target: { value: 'slo-49 success' } });
  await waitFor(() => expect(report().getAllByTestId(testIds.configEditor.slo)).toHaveLength(11));
});

it('checks once after the last of several changes and keeps the other settings', async () => {
  const sent = validating();
  const options = renderEditor({ ...saved, jsonData: { settle: '20m' } });
  fireEvent.change(catalog(), { target: { value: 's' } });
  fireEvent.change(catalog(), { target: { value: 'sl' } });
  fireEvent.change(catalog(), { target: { value: 'slos: []' } });

  expect(await report().findByText('No SLO found yet.')).toBeInTheDocument();
  expect(sent.map((one) => one.body)).toEqual([{ catalog: 'slos: []' }]);
  expect(options().jsonData).toEqual({ settle: '20m', catalog: 'slos: []' });
});

it('lists the problems with their places and goes there', async () => {
  const message = '101 is above 100; give percent, e.g. 99.9';
  validating(() => ({ slos: [], problems: [{ line: 3, column: 16, path: 'slos[0].objective', message }] }));
  renderEditor({ ...saved, jsonData: { catalog: 'slos:\n - name: a\n   objective: 101' } });

  const problem = await screen.findByTestId(testIds.configEditor.problem);
  expect(problem).toHaveTextContent(`3:16 slos[0].objective: ${message}`);
  fireEvent.click(problem);
  expect(goTo).toHaveBeenLastCalledWith({ lineNumber: 3, column: 16 });
});

it('says so when the backend is unreachable', async () => {
  validating(() => {
    throw new Error('plugin unavailable');
  });
  renderEditor(saved);
  expect(await report().findByText(/didn’t respond: plugin unavailable/)).toBeInTheDocument();
});

it('says that an unsaved data source is not checked yet, and asks nobody', () => {
  jest.useFakeTimers();
  const sent = validating();
  renderEditor({ ...saved, id: 0, uid: '' });
  act(() => jest.advanceTimersByTime(5000));
  jest.useRealTimers();
  expect(report().getByText(/Save the data source to check the catalog/)).toBeInTheDocument();
  expect(sent).toEqual([]);
});

it('offers nothing to change in a provisioned data source', async () => {
  validating();
  renderEditor({ ...saved, readOnly: true });
  await waitFor(() => expect(report().getByText('No SLO found yet.')).toBeInTheDocument());
  expect(screen.queryByTestId(testIds.configEditor.insertExample)).not.toBeInTheDocument();
});

describe('the counting settings', () => {
  const open = () => fireEvent.click(screen.getByLabelText('Expand section Advanced settings'));

  it('are stored, and left out when they are empty', async () => {
    validating();
    const options = renderEditor({ ...saved, jsonData: { settle: '20m', cacheMiB: 64 } });
    open();
    fireEvent.change(screen.getByLabelText(/Cache size/), { target: { value: '512' } });
    expect(options().jsonData).toEqual({ settle: '20m', cacheMiB: 512 });
    fireEvent.change(screen.getByLabelText(/Settling time/), { target: { value: '' } });
    fireEvent.change(screen.getByLabelText(/Cache size/), { target: { value: '' } });
    expect(options().jsonData).toEqual({ settle: undefined, cacheMiB: undefined });
  });

  it('say what would be right', async () => {
    validating();
    renderEditor({ ...saved, jsonData: { settle: 'ten minutes', cacheMiB: 1 } });
    open();
    expect(screen.getByText('Enter a duration, for example 10m')).toBeInTheDocument();
    expect(screen.getByText('Enter a whole number between 16 and 65536')).toBeInTheDocument();
  });
});

it('stores what the server is, and asks for replicas only of Thanos', () => {
  validating();
  const options = renderEditor({ ...saved, jsonData: { dialect: 'thanos' } });
  fireEvent.click(screen.getByLabelText('Expand section Advanced settings'));
  fireEvent.change(screen.getByTestId(testIds.configEditor.tenant), { target: { value: ' team-a|team-b ' } });
  const replicas = screen.getByTestId(testIds.configEditor.replicaLabels);
  fireEvent.change(replicas, { target: { value: 'replica, prometheus_replica' } });
  fireEvent.blur(replicas);
  expect(options().jsonData).toEqual({
    dialect: 'thanos',
    tenant: 'team-a|team-b',
    replicaLabels: ['replica', 'prometheus_replica'],
  });
});

it('asks the server what it is by default', () => {
  validating();
  renderEditor(saved);
  fireEvent.click(screen.getByLabelText('Expand section Advanced settings'));
  expect(screen.getByTestId(testIds.configEditor.dialect)).toHaveValue('Automatic');
  expect(screen.queryByTestId(testIds.configEditor.replicaLabels)).not.toBeInTheDocument();
});

describe('the import', () => {
  const imported = 'apiVersion: burnline.dev/v1\nslos:\n  - name: shop-orders\n';
  const answer = {
    format: 'Sloth',
    catalog: imported,
    slos: [availability],
    warnings: [
      { line: 4, column: 3, path: 'slos[0].alerting.name', message: 'has no place in Burnline and was left out' },
    ],
    problems: [],
  };

  it('shows what becomes of definitions, and adds it to the catalog', async () => {
    const sent = validating(({ path }) => (path === 'import' ? answer : { slos: [], problems: [] }));
    const options = renderEditor({ ...saved, jsonData: { catalog: 'slos:\n  - name: a\n' } });
    fireEvent.click(screen.getByTestId(testIds.configEditor.import));
    expect(screen.getByTestId(testIds.configEditor.importTake)).toBeDisabled();
    fireEvent.change(screen.getByTestId(testIds.configEditor.importSource), {
      target: { value: 'version: prometheus/v1' },
    });

    expect(await screen.findByTestId(testIds.configEditor.importFound)).toHaveTextContent(
      'Found 1 SLOs in Sloth format, with 1 notes.'
    );
    expect(sent).toContainEqual({ method: 'POST', path: 'import', body: { source: 'version: prometheus/v1' } });
    expect(screen.getByTestId(testIds.configEditor.importNotes)).toHaveTextContent(
      'line 4 slos[0].alerting.name: has no place in Burnline and was left out'
    );
    fireEvent.click(screen.getByTestId(testIds.configEditor.importTake));
    expect(options().jsonData.catalog).toBe('apiVersion: burnline.dev/v1\nslos:\n  - name: a\n  - name: shop-orders\n');
    expect(screen.queryByTestId(testIds.configEditor.importSource)).not.toBeInTheDocument();
  });

  it('looks for rules, and says when there are none', async () => {
    validating(({ path }) => {
      if (path === 'discover') {
        throw new Error('no series of Sloth');
      }
      return { slos: [], problems: [] };
    });
    renderEditor(saved);
    fireEvent.click(screen.getByTestId(testIds.configEditor.discover));
    expect(await screen.findByTestId(testIds.configEditor.importError)).toHaveTextContent('no series of Sloth');
    expect(screen.getByTestId(testIds.configEditor.importTake)).toBeDisabled();
  });
});

it('adds the SLOs of presets to the catalog', async () => {
  const slo = (name: string) => ({ ...availability, name, ready: true, missing: [], lacking: [], notes: [] });
  const preset = {
    name: 'istio',
    title: 'Istio',
    about: '',
    enable: '',
    traps: [],
    docs: '',
    state: 'ready',
    metrics: [],
  };
  const slos = ['shop-b', 'shop-c'].map((name) => ({ ...slo(name), catalog: `slos:\n  - name: ${name}\n` }));
  validating(({ path }) => (path === 'presets' ? { presets: [{ ...preset, slos }] } : { slos: [], problems: [] }));
  const options = renderEditor({ ...saved, jsonData: { catalog: 'slos:\n  - name: a\n' } });
  fireEvent.click(screen.getByTestId(testIds.configEditor.presets));
  fireEvent.click(await screen.findByLabelText(/^shop-b/));
  fireEvent.click(screen.getByLabelText(/^shop-c/));
  fireEvent.click(screen.getByTestId(testIds.configEditor.presetsTake));
  expect(options().jsonData.catalog).toBe('slos:\n  - name: a\n  - name: shop-b\n  - name: shop-c\n');
  expect(screen.queryByTestId(testIds.configEditor.presetsTake)).not.toBeInTheDocument();
});
