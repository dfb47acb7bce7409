import { rangeUtil } from '@grafana/data';
import { useCallback, useEffect, useState } from 'react';

/** Increments every `interval` ("15s"; "" is never) and on every call of the returned function. */
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
