import { listGroups, listRows, sliceItems } from './items';
import { groupRows } from './order';
import { readWorkloads } from './rows';
import { checkout, embeddings, payments, workloadsFrame } from './testing/frames';

test('a collapsed group is only its heading', () => {
  const { rows } = readWorkloads([workloadsFrame([checkout, payments, embeddings])]);
  const kinds = (collapsed: string[]) => listGroups(groupRows(rows), new Set(collapsed)).map(({ kind }) => kind);
  expect(kinds([])).toEqual(['group', 'row', 'row', 'group', 'row']);
  expect(kinds(['shop'])).toEqual(['group', 'group', 'row']);
  expect(listRows(rows)).toHaveLength(3);
});

describe('sliceItems', () => {
  const heights = Array.from({ length: 1000 }, () => 50);

  it('renders a short list whole', () => {
    expect(sliceItems([50, 28, 50], 400, 800)).toEqual({ start: 0, end: 3, before: 0, after: 0 });
  });

  it('renders what lies between the edges, and keeps the height of the rest', () => {
    expect(sliceItems(heights, 1000, 1600)).toEqual({ start: 20, end: 32, before: 1000, after: 48_400 });
  });

  it('keeps items that are cut by an edge', () => {
    expect(sliceItems(heights, 1010, 1590)).toMatchObject({ start: 20, end: 32 });
  });

  it.each([
    ['before the start', -400, 300, { start: 0, end: 6, before: 0 }],
    ['past the end', 49_900, 60_000, { start: 998, end: 1000, after: 0 }],
    ['beyond a list that became shorter', 80_000, 90_000, { start: 999, end: 1000, after: 0 }],
  ])('does not reach %s', (_, top, bottom, expected) => {
    expect(sliceItems(heights, top, bottom)).toMatchObject(expected);
  });

  it('adds up to the whole height wherever it stands', () => {
    const mixed = heights.map((height, index) => (index % 7 === 0 ? 28 : height));
    const total = mixed.reduce((sum, height) => sum + height, 0);
    for (let top = 0; top < total; top += 733) {
      const { start, end, before, after } = sliceItems(mixed, top, top + 600);
      const inside = mixed.slice(start, end).reduce((sum, height) => sum + height, 0);
      expect(before + inside + after).toBe(total);
    }
  });
});
