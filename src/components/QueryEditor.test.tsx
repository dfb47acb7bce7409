import { CoreApp, dateTime, type TimeRange } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';

import { testIds } from '../testIds';
import { choose, fieldOf, open, pick, prepareEditor, renderEditor, type } from '../testing/queryEditor';

const ids = testIds.queryEditor;

beforeEach(prepareEditor);

const catalogOf = (count: number) => () => ({
  slos: Array.from({ length: count }, (_, index) => ({
    name: `slo-${index}`,
    description: '',
    objective: 99.9,
    window: '30d',
    kind: 'events',
    by: [],
  })),
});

describe('in Explore', () => {
  it('runs the query that it begins with, which lists every SLO', async () => {
    const state = renderEditor({ queryType: 'summary' }, { slos: catalogOf(20) }, CoreApp.Explore);
    await waitFor(() => expect(state.runs).toBe(1));
  });

  it('runs nothing by itself over a large catalog, and shows why', async () => {
    const state = renderEditor({ queryType: 'summary' }, { slos: catalogOf(21) }, CoreApp.Explore);
    expect(await screen.findByText(/The catalog has 21 SLOs/)).toBeInTheDocument();
    expect(state.runs).toBe(0);
    await choose(ids.slos, 'slo-3');
    expect(state.runs).toBe(1);
    expect(screen.queryByText(/The catalog has 21 SLOs/)).not.toBeInTheDocument();
  });

  it.each([
    [{ queryType: 'summary', slos: ['a'] }, CoreApp.Explore],
    [{ queryType: 'history' }, CoreApp.Explore],
    [{}, CoreApp.PanelEditor],
  ] as const)('runs nothing by itself that a user wrote, nor elsewhere: %j in %s', async (query, app) => {
    const state = renderEditor(query as object, {}, app);
    await waitFor(() => expect(state.sent.map(({ path }) => path)).toContain('slos'));
    expect(state.runs).toBe(0);
  });
});

const lastDays = (days: number): TimeRange => {
  const to = dateTime();
  const from = dateTime(to.valueOf() - days * 86_400_000);
  return { from, to, raw: { from, to } };
};

describe('an expensive query', () => {
  it('is run by its button, which is highlighted when there is something to run', async () => {
    const state = renderEditor({ queryType: 'backtest' });
    await choose(ids.policies, 'sre-workbook');
    open('Options');
    pick(ids.step, '1m');
    expect(state.runs).toBe(0);
    fireEvent.click(screen.getByRole('button', { name: 'Run query' }));
    expect(state.runs).toBe(1);
  });

  it.each([
    ['timeseries', 31, false],
    ['timeseries', 32, true],
    ['history', 90, true],
    ['summary', 90, false],
    ['burners', 1, true],
  ] as const)('is one of %s over %d days: %s', async (queryType, days, expensive) => {
    const state = renderEditor({ queryType }, {}, undefined, lastDays(days));
    expect(screen.queryAllByRole('button', { name: 'Run query' })).toHaveLength(expensive ? 1 : 0);
    await choose(ids.slos, 'availability');
    expect(state.runs).toBe(expensive ? 0 : 1);
  });

  it('is left by choosing a cheap type, which runs', async () => {
    const state = renderEditor({ queryType: 'backtest' });
    await choose(ids.queryType, 'Summary');
    expect(state.runs).toBe(1);
    expect(screen.queryByRole('button', { name: 'Run query' })).not.toBeInTheDocument();
  });
});

describe('a new alert rule that was made from a panel', () => {
  const ruleOf = (query: object, path = '/alerting/new') => {
    locationService.replace(path);
    return renderEditor(query, {}, CoreApp.UnifiedAlerting);
  };
  afterEach(() => locationService.replace('/'));

  it.each([
    { queryType: 'summary', slos: ['availability'] },
    { queryType: 'workloads', slos: ['availability'], groupBy: ['namespace'] },
    { queryType: 'burners', slos: ['availability'], burners: { by: ['code'] } },
    {},
  ])('fires when the alerts of the same SLOs fire: %j', (query) => {
    const state = ruleOf(query);
    expect(state.query).toMatchObject({ ...query, queryType: 'alerts', value: 'firing' });
    expect(screen.getByTestId(ids.alertValue)).toHaveValue('Firing');
  });

  it.each([
    { queryType: 'summary', value: 'budget' },
    { queryType: 'timeseries', metrics: ['budget'] },
    { queryType: 'resources', resources: { signals: ['restarts'] } },
    { queryType: 'alerts', value: 'state' },
  ])('keeps a query that returns one number: %j', (query) => {
    expect(ruleOf(query).query).toEqual({ refId: 'A', ...query });
  });

  it('is not one that is stored: its query stays as it is', () => {
    expect(ruleOf({ queryType: 'summary' }, '/alerting/uid/edit').query).toEqual({ refId: 'A', queryType: 'summary' });
    expect(screen.getByText('Select the value to alert on.')).toBeInTheDocument();
  });
});

describe('the query type', () => {
  it('of an empty query in a panel is the one that Grafana runs', async () => {
    const state = renderEditor({}, {}, CoreApp.PanelEditor);
    expect(screen.getByTestId(ids.explanation)).toHaveTextContent(/over the time range/);
    await choose(ids.queryType, 'Summary');
    expect(state.query.queryType).toBe('summary');
    expect(state.runs).toBe(1);
  });

  it('is explained and offers metrics for time series only', async () => {
    const state = renderEditor();
    expect(screen.getByTestId(ids.explanation)).toHaveTextContent(/^One row for each SLO and group/);
    expect(screen.queryByTestId(ids.metrics)).not.toBeInTheDocument();

    await choose(ids.queryType, 'Time series');
    expect(state.query.queryType).toBe('timeseries');
    expect(state.runs).toBe(1);
    expect(screen.getByTestId(ids.explanation)).toHaveTextContent(/over the time range/);

    await choose(ids.metrics, 'Burn rates');
    expect(state.query.metrics).toEqual(['burn']);
  });

  it('asks a history for its calendar', async () => {
    const state = renderEditor({ queryType: 'history' });
    open('Options');
    await choose(ids.period, 'quarter');
    expect(state.query.period).toBe('quarter');
    type(ids.timezone, 'Europe/Ber');
    await choose(ids.timezone, 'Europe/Berlin');
    expect(state.query.timezone).toBe('Europe/Berlin');
  });

  it('asks a what-if for objectives and windows', async () => {
    const state = renderEditor({ queryType: 'whatif' });
    expect(screen.getByText(/Select objectives, windows or both/)).toBeInTheDocument();
    await choose(ids.objectives, '99.5%');
    await choose(ids.windows, '7d');
    expect(state.query.whatif).toEqual({ objectives: [99.5], windows: ['7d'] });
  });

  it('asks burners for labels', async () => {
    const state = renderEditor({ queryType: 'burners', slos: ['availability'] });
    await choose(ids.burnersBy, 'workload');
    open('Options');
    type(ids.top, '5');
    fireEvent.blur(screen.getByTestId(ids.top));
    expect(state.query.burners).toEqual({ by: ['workload'], top: 5 });
  });

  it('asks a backtest for policies and the step', async () => {
    const state = renderEditor({ queryType: 'backtest' });
    await choose(ids.policies, 'sre-workbook');
    open('Options');
    pick(ids.step, '1m');
    expect(state.query.backtest).toEqual({ policies: ['sre-workbook'], step: '1m' });
  });

  it('asks alerts for the number and the severities', async () => {
    const state = renderEditor({ queryType: 'alerts' });
    await choose(ids.alertValue, 'Unmeasured');
    open('Options');
    await choose(ids.severities, 'page');
    expect(state.query).toMatchObject({ value: 'unmeasured', severities: ['page'] });
    expect(state.runs).toBe(2);
  });

  it('asks an alert rule for the number of a summary, and forgets it with the type', async () => {
    const state = renderEditor({ queryType: 'alerts', value: 'firing' }, {}, CoreApp.UnifiedAlerting);
    await choose(ids.queryType, 'Summary');
    expect(state.query).toMatchObject({ queryType: 'summary', value: undefined });
    expect(screen.getByText('Select the value to alert on.')).toBeInTheDocument();
    await choose(ids.alertValue, 'Error budget remaining');
    expect(state.query.value).toBe('budget');
    expect(screen.queryByText('Select the value to alert on.')).not.toBeInTheDocument();
  });

  it('asks resources for signals, and for no SLO', async () => {
    const state = renderEditor({ queryType: 'resources' });
    expect(screen.queryByTestId(ids.source)).not.toBeInTheDocument();
    expect(screen.queryByTestId(ids.preview)).not.toBeInTheDocument();
    await choose(ids.signals, 'Restarts');
    pick(ids.format, 'Time series');
    await choose(ids.groupBy, 'namespace');
    open('Options');
    type(ids.top, '7');
    fireEvent.blur(screen.getByTestId(ids.top));
    expect(state.query.resources).toEqual({ signals: ['restarts'], format: 'timeseries', top: 7 });
    expect(state.query.groupBy).toEqual(['namespace']);
    expect(state.sent.find(({ path }) => path === 'keys')?.body).toEqual({
      query: { refId: 'A', queryType: 'resources' },
    });
  });

  it('asks annotations for what to show', async () => {
    const state = renderEditor({ queryType: 'annotations' });
    await choose(ids.annotations, 'Rollouts');
    open('Options');
    await choose(ids.severities, 'slack');
    expect(state.query).toMatchObject({ annotations: ['rollouts'], severities: ['slack'] });
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
      expect.stringContaining('%22expr%22:%22sum%28a%29%22')
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
    expect(await screen.findByText(/Failed to list the SLOs of the catalog: plugin unavailable/)).toBeInTheDocument();
  });

  it('are grouped by other labels, starting from their own', async () => {
    const state = renderEditor({ slos: ['availability'] });
    await waitFor(() => expect(state.sent.map((one) => one.path)).toContain('slos'));
    pick(ids.grouping, 'Custom');
    await waitFor(() => expect(state.query.groupBy).toEqual(['namespace', 'workload']));

    await choose(ids.groupBy, 'pod');
    expect(state.query.groupBy).toEqual(['namespace', 'workload', 'pod']);
    expect(state.sent).toContainEqual({ method: 'GET', path: 'labels', params: { slo: 'availability' } });

    pick(ids.grouping, 'SLO default');
    expect(state.query.groupBy).toBeUndefined();
  });

  it.each([
    [{ queryType: 'summary' }, true],
    [{ queryType: 'workloads' }, true],
    [{ queryType: 'whatif' }, true],
    [{ queryType: 'alerts' }, true],
    [{ queryType: 'annotations' }, true],
    [{ queryType: 'timeseries', metrics: ['budget'] }, false],
    [{ queryType: 'timeseries', metrics: ['sli', 'burn'] }, true],
    [{ queryType: 'history' }, false],
    [{ queryType: 'burners' }, false],
    [{ queryType: 'backtest' }, false],
    [{ queryType: 'resources' }, false],
  ] as const)('have a policy where the result depends on it: %j %s', (query, offered) => {
    renderEditor(query as object);
    const options = screen.queryByText('Options');
    if (options) {
      fireEvent.click(options);
    }
    expect(screen.queryAllByTestId(ids.policy)).toHaveLength(offered ? 1 : 0);
  });

  it('can be judged by another policy', async () => {
    const state = renderEditor();
    expect(screen.getByText('Alert policy: SLO default')).toBeInTheDocument();
    open('Options');
    await choose(ids.policy, 'sre-workbook');
    expect(state.query.policy).toBe('sre-workbook');
  });
});
