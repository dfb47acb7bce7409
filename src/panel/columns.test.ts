import { ColumnChoice, layOut } from './columns';

const ALL: ColumnChoice[] = ['budget', 'burn', 'forecast', 'p95', 'throughput', 'trend'];

function kinds(width: number, chosen = ALL) {
  return layOut(chosen, width).map(({ kind }) => kind);
}

test('with room there is a column for every choice, and one for the burn', () => {
  expect(kinds(1400)).toEqual(['state', 'workload', ...ALL]);
});

test('as the panel narrows, the lesser columns leave first, and the burn last: it explains the state', () => {
  const left = (width: number) => kinds(width).filter((kind) => !['state', 'workload', 'budget'].includes(kind));
  expect(left(1100)).toEqual(['burn', 'forecast', 'p95', 'throughput', 'trend']);
  expect(left(1000)).toEqual(['burn', 'forecast', 'p95', 'throughput']);
  expect(left(900)).toEqual(['burn', 'forecast', 'p95']);
  expect(left(800)).toEqual(['burn', 'forecast']);
  expect(left(660)).toEqual(['burn']);
  expect(left(400)).toEqual(['burn']);
  expect(left(330)).toEqual([]);
});

test('the columns fill the width', () => {
  for (const width of [320, 499, 500, 800, 1400]) {
    const total = layOut(ALL, width).reduce((sum, column) => sum + column.width, 0);
    expect(total).toBeCloseTo(width, 6);
  }
});

test('only what is chosen shows, in the order of the table', () => {
  expect(kinds(1400, ['trend', 'budget'])).toEqual(['state', 'workload', 'budget', 'trend']);
  expect(kinds(1400, [])).toEqual(['state', 'workload']);
});
