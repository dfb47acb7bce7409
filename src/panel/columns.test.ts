import { ColumnChoice, layOut } from './columns';

const ALL: ColumnChoice[] = ['budget', 'burn', 'forecast', 'p95', 'throughput', 'trend'];
const PAIRS = [
  { long: '1h', short: '5m' },
  { long: '6h', short: '30m' },
];

function ids(width: number, chosen = ALL) {
  return layOut(chosen, PAIRS, width).map(({ id }) => id);
}

test('with room there is a column for every choice and every window pair', () => {
  expect(ids(1400)).toEqual([
    'state',
    'workload',
    'budget',
    'burn 1h|5m',
    'burn 6h|30m',
    'forecast',
    'p95',
    'throughput',
    'trend',
  ]);
});

test('as the panel narrows, the lesser columns leave first', () => {
  const left = (width: number) => ids(width).filter((id) => !['state', 'workload', 'budget'].includes(id));
  expect(left(1200)).toEqual(['burn 1h|5m', 'burn 6h|30m', 'forecast', 'p95', 'throughput']);
  expect(left(1000)).toEqual(['burn 1h|5m', 'forecast', 'p95', 'throughput']);
  expect(left(900)).toEqual(['burn 1h|5m', 'forecast', 'p95']);
  expect(left(800)).toEqual(['burn 1h|5m', 'forecast']);
  expect(left(640)).toEqual(['forecast']);
  expect(left(200)).toEqual([]);
});

test('the columns fill the width', () => {
  for (const width of [320, 499, 500, 800, 1400]) {
    const total = layOut(ALL, PAIRS, width).reduce((sum, column) => sum + column.width, 0);
    expect(total).toBeCloseTo(width, 6);
  }
});

test('only what is chosen shows, in the order of the table', () => {
  expect(ids(1400, ['trend', 'budget'])).toEqual(['state', 'workload', 'budget', 'trend']);
  expect(ids(1400, [])).toEqual(['state', 'workload']);
});
