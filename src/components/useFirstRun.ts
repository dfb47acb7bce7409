import { useEffect, useRef, useState } from 'react';
import { CoreApp, LoadingState, type PanelData } from '@grafana/data';

import type { DataSource } from '../datasource';
import type { BurnlineQuery } from '../types';

/** A summary of more SLOs is not run by itself. */
export const maxSLOsOfFirstRun = 20;

/**
 * Runs the query that Explore begins with, a summary of every SLO, if the catalog is small. Returns the number of SLOs
 * if there are too many.
 */
export function useFirstRun(
  query: BurnlineQuery,
  data: PanelData | undefined,
  app: string | undefined,
  datasource: DataSource,
  run: () => void
): number | undefined {
  const written = query.slos?.length || query.inline || (query.queryType && query.queryType !== 'summary');
  const waits = app === CoreApp.Explore && !written && (!data || data.state === LoadingState.NotStarted);
  const first = useRef({ waits, run, datasource });
  const [tooMany, setTooMany] = useState<number>();
  useEffect(() => {
    const { waits, run, datasource } = first.current;
    if (!waits) {
      return;
    }
    let current = true;
    datasource.getSLOs().then(
      ({ length }) => current && (length > maxSLOsOfFirstRun ? setTooMany(length) : run()),
      () => current && run() // the query reports why
    );
    return () => {
      current = false;
    };
  }, []);
  return written || data?.series.length ? undefined : tooMany;
}
