import { ColumnChoice, layOut } from './columns';
import { hiddenReason } from './reason';
import { readWorkloads } from './rows';
import { catalog, checkout, payments, workloadsFrame } from './testing/frames';

const all: ColumnChoice[] = ['budget', 'burn', 'forecast', 'p95', 'throughput'];
const rows = readWorkloads([
  workloadsFrame([checkout, payments, { ...catalog, budget: 0.02, workload: 'low' }, catalog]),
]).rows;
const reasons = (columns: ColumnChoice[], width: number) =>
  rows.map((row) => hiddenReason(row, layOut(columns, width)));

test('a row has its reason in a column where there is room', () => {
  expect(rows.map(({ state }) => state)).toEqual(['firing', 'exhausted', 'low', 'ok']);
  expect(reasons(all, 1280)).toEqual([undefined, undefined, undefined, undefined]);
});

test('a row has its reason in words where the column is not visible', () => {
  expect(reasons(all, 330)[0]).toBe('18.2× of 7.2×');
  expect(reasons(['burn'], 1280).slice(1)).toEqual(['-12.8% left', '2.0% left', undefined]);
});
