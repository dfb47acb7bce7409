import { RefObject, useLayoutEffect, useMemo, useState } from 'react';
import { flushSync } from 'react-dom';

/**
 * Up to this number, all items are rendered: then find-in-page and screen readers have the whole
 * table.
 */
const ALL = 60;
/** Number of items rendered beyond each visible edge. */
const OVERSCAN = 5;

/** The visible part of a long list, and the height in pixels of the parts around it. */
export interface VirtualItems {
  start: number;
  end: number;
  before: number;
  after: number;
}

/** The visible part of a list of items with these heights. `size` is the height of the visible part. All are pixels. */
export function useVirtualItems(
  heights: number[],
  scrolled: RefObject<HTMLElement | null>,
  size: number
): VirtualItems {
  /** The lower edge of each item. */
  const edges = useMemo(() => {
    const all: number[] = [];
    for (const height of heights) {
      all.push((all[all.length - 1] ?? 0) + height);
    }
    return all;
  }, [heights]);
  const [top, setTop] = useState(0);

  useLayoutEffect(() => {
    const region = scrolled.current!;
    const follow = () => {
      const next = region.scrollTop;
      // The same position while the same item is the first: each change renders the table.
      flushSync(() => setTop((last) => (indexAt(edges, last) === indexAt(edges, next) ? last : next)));
    };
    region.addEventListener('scroll', follow, { passive: true });
    return () => region.removeEventListener('scroll', follow);
  }, [edges, scrolled]);

  const all = heights.length <= ALL;
  const start = all ? 0 : Math.max(0, indexAt(edges, top) - OVERSCAN);
  const end = all ? heights.length : Math.min(heights.length, indexAt(edges, top + size) + 1 + OVERSCAN);
  const before = edges[start - 1] ?? 0;
  return { start, end, before, after: (edges[edges.length - 1] ?? 0) - (edges[end - 1] ?? 0) };
}

/** The index of the item at a distance from the first one, by a binary search. */
function indexAt(edges: number[], distance: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edges[middle] > distance) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return Math.min(low, Math.max(0, edges.length - 1));
}
