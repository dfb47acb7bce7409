import { useEffect, useRef } from 'react';
import { CoreApp, LoadingState, type PanelData } from '@grafana/data';

import type { BurnlineQuery } from '../types';

/**
 * Runs the default query of Explore, every SLO with the worst first. Grafana itself waits until the
 * user changes the query.
 */
export function useFirstRun(
  query: BurnlineQuery,
  data: PanelData | undefined,
  app: string | undefined,
  run: () => void
) {
  const written = query.slos?.length || query.inline || (query.queryType && query.queryType !== 'summary');
  const waits = app === CoreApp.Explore && !written && (!data || data.state === LoadingState.NotStarted);
  const first = useRef({ waits, run });
  useEffect(() => {
    if (first.current.waits) {
      first.current.run();
    }
  }, []);
}
