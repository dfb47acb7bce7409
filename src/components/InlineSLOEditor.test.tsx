import { fireEvent, screen, within } from '@testing-library/react';

import { exampleEvents } from '../examples';
import { testIds } from '../testIds';
import { choose, fieldOf, open, pick, prepareEditor, renderEditor, type, write } from '../testing/queryEditor';

const ids = testIds.queryEditor;

beforeEach(prepareEditor);

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
    open('p95 latency');
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

  it('says how it is counted, in which unit, and what it is about', async () => {
    const state = renderEditor({ inline: exampleEvents });
    open('Counting');
    await choose(ids.counting, 'Estimated');
    expect(state.query.inline?.sli.events?.counting).toBe('increase');
    await choose(ids.counting, 'Exact');
    expect(state.query.inline?.sli.events?.counting).toBeUndefined();
    expect(screen.queryByTestId(ids.unit)).not.toBeInTheDocument();

    open('Description, labels and runbook');
    type(ids.labels, 'team=shop');
    await choose(ids.labels, 'team=shop');
    type(ids.runbook, 'https://wiki.example.org/a');
    expect(state.query.inline).toMatchObject({ labels: { team: 'shop' }, runbook: 'https://wiki.example.org/a' });
    type(ids.runbook, '');
    expect(state.query.inline).not.toHaveProperty('runbook');
  });

  it('knows the unit of a histogram where its name does not say it', async () => {
    const latency = { histogram: 'took_bucket', threshold: '300' };
    const state = renderEditor({ inline: { ...exampleEvents, sli: { latency } } });
    open('Counting');
    await choose(ids.unit, 'Milliseconds');
    expect(state.query.inline?.sli.latency).toEqual({ ...latency, unit: 'ms' });
    await choose(ids.unit, 'From the metric name');
    expect(state.query.inline?.sli.latency?.unit).toBeUndefined();
  });

  it('leaves out maintenance, once or recurring', async () => {
    const state = renderEditor({ inline: exampleEvents });
    open('Missing data and exclusions');
    const add = () => fireEvent.click(within(screen.getByTestId(ids.exclude)).getByLabelText('Add'));
    add();
    type(`${ids.exclude}-from`, '2026-03-01');
    type(`${ids.exclude}-to`, '2026-03-02');
    expect(state.query.inline?.exclude).toEqual([{ from: '2026-03-01', to: '2026-03-02' }]);
    const before = state.runs;
    fireEvent.blur(screen.getByTestId(`${ids.exclude}-to`));
    expect(state.runs).toBe(before + 1);

    await choose(`${ids.exclude}-kind`, 'Recurring');
    type(`${ids.exclude}-every`, 'FREQ=DAILY;BYHOUR=2');
    type(`${ids.exclude}-duration`, '1h');
    expect(state.query.inline?.exclude).toEqual([{ every: 'FREQ=DAILY;BYHOUR=2', duration: '1h' }]);
    fireEvent.click(screen.getByLabelText('Remove this exclusion'));
    expect(state.query.inline).not.toHaveProperty('exclude');
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
    ['Composite', [ids.members, ids.combine]],
  ])('has a form for %s', async (kind, fields) => {
    const state = renderEditor();
    pick(ids.source, 'This query');
    await choose(ids.kind, kind);
    fields.forEach((field) => expect(screen.getByTestId(field)).toBeInTheDocument());
    expect(Object.keys(state.query.inline!.sli)).toHaveLength(1);
  });

  it('shows a wrong weight at its field', async () => {
    const composite = { of: [{ slo: 'availability' }, { slo: 'errors', weight: -1 }] };
    const problem = { path: 'sli.composite.of[1].weight', message: 'the weight is negative', line: 1, column: 1 };
    const inline = { ...exampleEvents, sli: { composite } };
    renderEditor({ inline }, { 'slo/validate': () => ({ problems: [problem] }) });
    let field: HTMLElement | null = await screen.findByText('the weight is negative');
    while (field && !field.querySelector('label')) {
      field = field.parentElement;
    }
    expect(within(field!).getByLabelText('Weight of errors')).toBeInTheDocument();
    expect(within(field!).queryByLabelText('Weight of availability')).not.toBeInTheDocument();
    expect(fieldOf(ids.members)).not.toHaveTextContent('negative');
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
    await choose(ids.combine, 'All must pass');
    expect(state.query.inline?.sli).toEqual({
      composite: { of: [{ slo: 'availability' }, { slo: 'errors' }], mode: 'all' },
    });
  });

  it('shows what the backend objects to, at the field or below', async () => {
    const problem = (path: string, message: string) => ({ path, message, line: 1, column: 1 });
    const problems = [
      problem('sli.events.total', 'http_requests is a gauge'),
      problem('p95.unit', 'not a unit'),
      problem('by[1]', '"a b" is not a label'),
    ];
    renderEditor({}, { 'slo/validate': () => ({ problems }) });
    pick(ids.source, 'This query');

    await screen.findByText('http_requests is a gauge');
    expect(fieldOf(`${ids.total}-metric`)).toHaveTextContent('http_requests is a gauge');
    expect(fieldOf(`${ids.counted}-metric`)).not.toHaveTextContent('gauge');
    expect(screen.getByText('"a b" is not a label')).toBeInTheDocument();
    expect(screen.getByTestId(ids.otherProblems)).toHaveTextContent('p95.unit: not a unit');
    expect(screen.getByTestId(ids.otherProblems)).not.toHaveTextContent('gauge');
  });
});
