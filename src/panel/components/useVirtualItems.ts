import { useVirtualizer } from '@tanstack/react-virtual';
import { RefObject, useCallback } from 'react';

import { Item } from '../items';

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

/** The visible part of the items. Heights and size are in pixels. */
export function useVirtualItems(
  items: Item[],
  heights: number[],
  scrolled: RefObject<HTMLElement | null>,
  size: { width: number; height: number }
): VirtualItems {
  // The virtualizer detects new keys or heights by the identity of this function.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const getItemKey = useCallback((index: number) => items[index]?.key ?? index, [items, heights]);
  // It is private to this hook, so its mutations are not memoized elsewhere.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scrolled.current,
    estimateSize: (index) => heights[index] ?? 0,
    getItemKey,
    initialRect: size,
    overscan: items.length <= ALL ? ALL : OVERSCAN,
  });
  const shown = virtualizer.getVirtualItems();
  const first = shown[0];
  const last = shown[shown.length - 1];
  if (!first || !last) {
    return { start: 0, end: 0, before: 0, after: virtualizer.getTotalSize() };
  }
  return {
    start: first.index,
    end: last.index + 1,
    before: first.start,
    after: virtualizer.getTotalSize() - last.end,
  };
}
