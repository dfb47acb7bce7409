import { listGroups, listRows } from './items';
import { groupRows } from './order';
import { readWorkloads } from './rows';
import { checkout, embeddings, payments, workloadsFrame } from './testing/frames';

const { rows } = readWorkloads([workloadsFrame([checkout, payments, embeddings])]);
const NONE = new Set<string>();

test('a collapsed group is only its heading', () => {
  const kinds = (...collapsed: string[]) =>
    listGroups(groupRows(rows), new Set(collapsed), NONE).map(({ kind }) => kind);
  expect(kinds()).toEqual(['group', 'row', 'row', 'group', 'row']);
  expect(kinds('inference')).toEqual(['group', 'row', 'row', 'group']);
  expect(listRows(rows, NONE)).toHaveLength(3);
});

test('rows that need attention come first when grouped, of whatever namespace', () => {
  const [pinned, ...others] = groupRows(rows);
  expect(pinned).toMatchObject({ pinned: true });
  expect(pinned.rows.map(({ name }) => name)).toEqual(['checkout', 'payments']);
  expect(others.map(({ namespace }) => namespace)).toEqual(['inference']);
  expect(listGroups([pinned], NONE, NONE).map((item) => item.kind === 'row' && item.pinned)).toEqual([
    false,
    true,
    true,
  ]);
});

test('an opened row has its details below it', () => {
  const items = listRows(rows, new Set([rows[1].key]));
  expect(items.map(({ kind }) => kind)).toEqual(['row', 'row', 'detail', 'row']);
  expect(items.map((item) => item.kind === 'row' && item.open)).toEqual([false, true, false, false]);
  expect(new Set(items.map(({ key }) => key)).size).toBe(4);
});
