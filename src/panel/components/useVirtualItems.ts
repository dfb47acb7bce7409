import { useVirtualizer } from '@tanstack/react-virtual';
import { RefObject, useCallback } from 'react';

import { Item } from '../items';

/** Up to this many items are all rendered: find-in-page and screen readers then have the whole table. */
const ALL = 60;
/** Items rendered beyond each edge of what is seen. */
const OVERSCAN = 5;

/** The part of a long list that has to be in the document, and the height in pixels of what is left out around it. */
export interface VirtualItems {
  start: number;
  end: number;
  before: number;
  after: number;
}

/** The part of the items that the scrolled element shows; heights and size are in pixels. */
export function useVirtualItems(
  items: Item[],
  heights: number[],
  scrolled: RefObject<HTMLElement | null>,
  size: { width: number; height: number }
): VirtualItems {
  // The virtualizer compares its identity to detect new keys or heights.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const getItemKey = useCallback((index: number) => items[index]?.key ?? index, [items, heights]);
  // It is private to this hook, so its changes in place are not memoized elsewhere.
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
