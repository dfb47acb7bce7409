import { DataFrame, LoadingState, PanelData } from '@grafana/data';
import { useRef } from 'react';

import { isWorkloadsFrame } from './rows';

export interface Shown {
  series: DataFrame[];
  /** The frames are of an earlier answer, as the latest one failed. */
  stale: boolean;
}

/**
 * The frames to show: the latest ones, or, while a refresh runs or after it failed, the last ones with workloads in
 * them. Once the queries change, the old answer says nothing any more and is dropped.
 */
export function useLastGood(data: PanelData): Shown {
  const kept = useRef<{ series: DataFrame[]; queries: string }>();
  const queries = JSON.stringify(data.request?.targets ?? []);
  if (kept.current && kept.current.queries !== queries) {
    kept.current = undefined;
  }
  const failed = data.state === LoadingState.Error;
  const answered = data.series.some(isWorkloadsFrame);
  if (answered && !(failed && data.series === kept.current?.series)) {
    kept.current = { series: data.series, queries };
    return { series: data.series, stale: false };
  }
  if (kept.current && (failed || data.state === LoadingState.Loading)) {
    return { series: kept.current.series, stale: failed };
  }
  return { series: data.series, stale: false };
}
