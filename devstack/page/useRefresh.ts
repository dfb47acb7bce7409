import { rangeUtil } from '@grafana/data';
import { useCallback, useEffect, useState } from 'react';

/** Counts up every `interval` ("15s"; "" is never) and whenever the returned function is called. */
export function useRefresh(interval: string): [number, () => void] {
  const [count, setCount] = useState(0);
  const refresh = useCallback(() => setCount((last) => last + 1), []);
  useEffect(() => {
    if (!interval) {
      return undefined;
    }
    const timer = setInterval(refresh, rangeUtil.intervalToMs(interval));
    return () => clearInterval(timer);
  }, [interval, refresh]);
  return [count, refresh];
}
