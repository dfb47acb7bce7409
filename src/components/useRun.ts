import { useEffect, useRef, useState } from 'react';
import type { TimeRange } from '@grafana/data';

import { isExpensive } from '../expensive';
import { SCHEMA_VERSION, type BurnlineQuery } from '../types';

type Patch = Partial<BurnlineQuery>;

/** Changes a query, and runs it where that is cheap. An expensive query is run by the user, with `run`. */
export function useRun(
  query: BurnlineQuery,
  range: TimeRange | undefined,
  onChange: (query: BurnlineQuery) => void,
  onRunQuery: () => void
) {
  const latest = useRef(query);
  useEffect(() => {
    latest.current = query;
  });
  const [ran, setRan] = useState(() => JSON.stringify(query));
  const isChanged = JSON.stringify(query) !== ran;

  const apply = (patch: Patch): BurnlineQuery => {
    const next = { ...latest.current, ...patch, schemaVersion: query.schemaVersion ?? SCHEMA_VERSION };
    latest.current = next;
    onChange(next);
    return next;
  };
  const run = () => {
    setRan(JSON.stringify(latest.current));
    onRunQuery();
  };
  return {
    expensive: isExpensive(query, range),
    isChanged,
    run,
    /** While a text is being written. */
    change: (patch: Patch) => void apply(patch),
    /** When something is chosen. */
    changeAndRun: (patch: Patch) => {
      if (!isExpensive(apply(patch), range)) {
        run();
      }
    },
    /** When a text field is left. */
    leave: () => {
      if (isChanged && !isExpensive(query, range)) {
        run();
      }
    },
  };
}
