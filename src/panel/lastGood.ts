import { DataFrame, LoadingState, PanelData } from '@grafana/data';
import { useState } from 'react';

import { isWorkloadsFrame } from './rows';

export interface Shown {
  series: DataFrame[];
  /** The frames are from an earlier result, because the latest one failed. */
  stale: boolean;
}

interface Kept {
  series: DataFrame[];
  queries: string;
  /** It came with an error of another query of the panel, so it is as recent as the error. */
  partial: boolean;
}

/** Number of consecutive refreshes without a result that make the frames stale. */
const MISSED = 2;

/**
 * Whether several refreshes began without a result. Each refresh cancels the previous one, so the
 * server hangs.
 */
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
 * The frames to show: the latest ones. During a refresh, or after a failed one, the last frames
 * with workloads. A change of the queries drops the old result.
 */
export function useLastGood(data: PanelData): Shown {
  const [last, setLast] = useState<Kept>();
  const queries = JSON.stringify(data.request?.targets ?? []);
  const kept = last?.queries === queries ? last : undefined;

  const failed = data.state === LoadingState.Error;
  // Grafana may pass the previous frames together with the error.
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
