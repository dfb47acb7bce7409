import { EVERYTHING, filterRows, isFiltering, withState } from './filter';
import { readWorkloads } from './rows';
import { catalog, checkout, embeddings, payments, workloadsFrame } from './testing/frames';

const { rows } = readWorkloads([workloadsFrame([catalog, checkout, embeddings, payments])]);

function names(text: string, states = EVERYTHING.states) {
  return filterRows(rows, { text, states }).map(({ name }) => name);
}

test('nothing to filter by leaves the rows as they are', () => {
  expect(filterRows(rows, EVERYTHING)).toBe(rows);
  expect(isFiltering({ text: ' ', states: [] })).toBe(false);
});

test('every word has to occur in a label or the SLO', () => {
  expect(names('SHOP')).toEqual(['catalog', 'checkout', 'payments']);
  expect(names('pay shop')).toEqual(['payments']);
  expect(names('availability infer')).toEqual(['embeddings']);
  expect(names('shop infer')).toEqual([]);
});

test('states and words hold together', () => {
  expect(names('', ['firing', 'exhausted'])).toEqual(['checkout', 'payments']);
  expect(names('check', ['exhausted'])).toEqual([]);
});

test('a state is added, and taken away when chosen again', () => {
  const one = withState(EVERYTHING, 'firing');
  expect(one.states).toEqual(['firing']);
  expect(withState(withState(one, 'ok'), 'firing').states).toEqual(['ok']);
});
