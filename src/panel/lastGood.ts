import { DataFrame, LoadingState, PanelData } from '@grafana/data';
import { useState } from 'react';

import { isWorkloadsFrame } from './rows';

export interface Shown {
  series: DataFrame[];
  /** The frames are of an earlier answer, as the latest one failed. */
  stale: boolean;
}

interface Kept {
  series: DataFrame[];
  queries: string;
  /** It came with an error of another query of the panel, so it is no older than that error. */
  partial: boolean;
}

/** So many refreshes in a row without an answer make the shown frames stale. */
const MISSED = 2;

/** Whether several refreshes began without an answer, as each one ends the one before: the server hangs. */
export function useMissed({ state, request }: PanelData): boolean {
  const [missed, setMissed] = useState<string[]>([]);
  const waits = state === LoadingState.Loading;
  const id = request?.requestId;
  if (!waits && missed.length > 0) {
    setMissed([]);
  } else if (waits && id !== undefined && !missed.includes(id)) {
    setMissed([...missed, id]);
  }
  return waits && missed.length > MISSED;
}

/**
 * The frames to show: the latest ones, or, while a refresh runs or after it failed, the last ones with workloads in
 * them. After a change of the queries, the old answer is dropped.
 */
export function useLastGood(data: PanelData): Shown {
  const [last, setLast] = useState<Kept>();
  const queries = JSON.stringify(data.request?.targets ?? []);
  const kept = last?.queries === queries ? last : undefined;

  const failed = data.state === LoadingState.Error;
  // Grafana may hand the frames of the last answer along with the error of this one.
  const repeated = failed && data.series === kept?.series && !kept.partial;
  const answered = data.series.some(isWorkloadsFrame) && !repeated;
  if (answered && data.series !== kept?.series) {
    setLast({ series: data.series, queries, partial: failed });
  }
  if (!answered && kept && (failed || data.state === LoadingState.Loading)) {
    return { series: kept.series, stale: failed };
  }
  return { series: data.series, stale: false };
}
