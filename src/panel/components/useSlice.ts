import { UIEvent, useCallback, useMemo, useState } from 'react';

import { Slice, sliceItems } from '../items';

/** Pixels rendered beyond what is seen, and how far a scroll may go before the slice moves. */
const OVERSCAN = 400;
const STEP = 100;

/** The slice of a long list around the scroll position of a viewport `height` pixels high. */
export function useSlice(heights: number[], height: number): { slice: Slice; onScroll: (event: UIEvent) => void } {
  const [top, setTop] = useState(0);
  const onScroll = useCallback((event: UIEvent) => {
    setTop(Math.floor(event.currentTarget.scrollTop / STEP) * STEP);
  }, []);
  const slice = useMemo(
    () => sliceItems(heights, top - OVERSCAN, top + height + STEP + OVERSCAN),
    [heights, top, height]
  );
  return { slice, onScroll };
}
