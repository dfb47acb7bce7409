import { useMemo } from 'react';

/**
 * The same object as long as it says the same. A combobox that is given other options at every render while a choice is
 * taken over renders without end.
 */
export function useSteady<T>(value: T): T {
  const text = JSON.stringify(value);
  return useMemo(() => JSON.parse(text) as T, [text]);
}
