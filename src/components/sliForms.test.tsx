import { fireEvent, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import { exampleEvents } from '../examples';
import { testIds } from '../testIds';
import { choose, pick, prepareEditor, renderEditor, type, write } from '../testing/queryEditor';
import type { SLI } from '../types';

const ids = testIds.queryEditor;

beforeEach(prepareEditor);

const editorOf = (sli: SLI) => renderEditor({ inline: { ...exampleEvents, sli } });

it('a quantile SLO is written field by field', async () => {
  const state = editorOf({ quantile: { histogram: '', below: '' } });
  write(ids.histogram, 'took_seconds');
  type(ids.quantile, '0.99');
  await choose(ids.threshold, '300ms');
  await choose(ids.slice, '1m');
  expect(state.query.inline?.sli).toEqual({
    quantile: { histogram: 'took_seconds', quantile: 0.99, below: '300ms', slice: '1m' },
  });
  type(ids.quantile, '');
  expect(state.query.inline?.sli.quantile?.quantile).toBeUndefined();
});

it('a throughput SLO is written field by field', async () => {
  const state = editorOf({ throughput: { counter: '', above: 1 } });
  write(ids.total, 'b_total');
  type(ids.above, '50.5');
  await choose(ids.slice, '5m');
  expect(state.query.inline?.sli).toEqual({ throughput: { counter: 'b_total', above: 50.5, slice: '5m' } });
});

it('a ratio SLO is written field by field', () => {
  const state = editorOf({ ratio: { total: '', bad: '', target: 95 } });
  write(ids.total, 'a_total');
  write(ids.counted, 'a_total{code="500"}');
  type(ids.value, '99');
  pick(ids.badOrGood, 'Good');
  write(ids.counted, 'a_total{code="200"}');
  expect(state.query.inline?.sli).toEqual({ ratio: { total: 'a_total', good: 'a_total{code="200"}', target: 99 } });
});

it('a time slice SLO is written field by field', async () => {
  const state = editorOf({ timeslice: { expr: '', op: '<' } as SLI['timeslice'] & {} });
  type(ids.expr, 'sum(queue_length)');
  await choose(ids.op, '>=');
  type(ids.value, '-3');
  expect(state.query.inline?.sli).toEqual({ timeslice: { expr: 'sum(queue_length)', op: '>=', value: -3 } });
});

it('a probe SLO is written field by field', async () => {
  const state = editorOf({ probe: { gauge: '' } });
  write(ids.total, 'probe_success{job="web"}');
  await choose(ids.slice, '5m');
  expect(state.query.inline?.sli).toEqual({ probe: { gauge: 'probe_success{job="web"}', slice: '5m' } });
});

it('a recorded SLO is written field by field, and loses an empty total', async () => {
  const state = editorOf({ recorded: { ratio: '' } });
  write(ids.total, 'slo:sli_error:ratio_rate5m');
  await choose(ids.of, 'Good events');
  write(ids.counted, 'requests:rate5m');
  expect(state.query.inline?.sli).toEqual({
    recorded: { ratio: 'slo:sli_error:ratio_rate5m', of: 'good', total: 'requests:rate5m' },
  });
  write(ids.counted, '');
  expect(state.query.inline?.sli.recorded).not.toHaveProperty('total');
});

it('text that is written slowly stays in its field, and is run once, when the field is left', async () => {
  const state = editorOf({ events: { total: 'sum(a_total)', bad: 'b_total' } });
  const user = userEvent.setup({ delay: 20 });
  const field = screen.getByTestId(ids.total);
  await user.clear(field);
  await user.type(field, 'a_total');
  expect(screen.getByTestId(ids.total)).toBe(field);
  expect(field).toHaveFocus();
  expect(state.runs).toBe(0);
  await user.tab();
  expect(state.runs).toBe(1);
  expect(state.query.inline?.sli.events?.total).toBe('a_total');
  fireEvent.focus(field);
  fireEvent.blur(field);
  expect(state.runs).toBe(1);
});
