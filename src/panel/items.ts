import { Group } from './order';
import { WorkloadRow } from './rows';

/** A line of the table: a workload, or the heading over those of one namespace. */
export type Item = { kind: 'row'; row: WorkloadRow } | { kind: 'group'; group: Group };

/** Headings and rows in one list; a collapsed group is only its heading. */
export function listGroups(groups: Group[], collapsed: ReadonlySet<string>): Item[] {
  return groups.flatMap((group): Item[] => [
    { kind: 'group', group },
    ...(collapsed.has(group.namespace) ? [] : listRows(group.rows)),
  ]);
}

export function listRows(rows: WorkloadRow[]): Item[] {
  return rows.map((row) => ({ kind: 'row', row }));
}

/** The part of a long list that has to be in the document; pixels. */
export interface Slice {
  start: number;
  end: number;
  /** Height of the items left out above and below. */
  before: number;
  after: number;
}

/** Up to this many items are all rendered: find-in-page and screen readers then have the whole table. */
const ALL = 60;

/** The items between `top` and `bottom`, pixels from the first item's upper edge. */
export function sliceItems(heights: number[], top: number, bottom: number): Slice {
  const total = heights.reduce((sum, height) => sum + height, 0);
  if (heights.length <= ALL) {
    return { start: 0, end: heights.length, before: 0, after: 0 };
  }
  let start = 0;
  let before = 0;
  while (start < heights.length - 1 && before + heights[start] <= top) {
    before += heights[start++];
  }
  let end = start;
  let covered = before;
  while (end < heights.length && covered < bottom) {
    covered += heights[end++];
  }
  return { start, end, before, after: total - covered };
}
