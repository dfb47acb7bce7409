import { DataFrame, InterpolateFunction, LoadingState, PanelData } from '@grafana/data';
import { useState } from 'react';

import type { Progress } from '../parts';
import { isWorkloadsFrame } from './rows';

export interface Shown {
  series: DataFrame[];
  /** How many SLOs the rows are of, while the data source reads the others. */
  progress?: Pick<Progress, 'read' | 'of'>;
  /** The frames are from an earlier result, because the latest one failed. */
  stale: boolean;
}

interface Kept {
  series: DataFrame[];
  queries: string;
  /** It came with an error of another query of the panel, so it is as recent as the error. */
  partial: boolean;
  progress?: Progress;
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
 * with workloads. A change of the queries, of their variables or filters drops the old result.
 */
export function useLastGood(data: PanelData, replaceVariables: InterpolateFunction): Shown {
  const [last, setLast] = useState<Kept>();
  const { targets = [], filters } = data.request ?? {};
  // Grafana's own variables, such as the time range, change at every refresh.
  const queries = replaceVariables(JSON.stringify({ targets, filters }).replace(/\$\{?__/g, ''));
  const kept = last?.queries === queries ? last : undefined;

  const failed = data.state === LoadingState.Error;
  const waits = data.state === LoadingState.Loading;
  // Grafana may pass the previous frames together with the error, or while it waits.
  if (last && !kept && (failed || waits) && data.series === last.series) {
    return { series: [], stale: false };
  }
  const repeated = failed && data.series === kept?.series && !kept.partial;
  const progress = progressIn(data.series);
  // A refresh begins with few rows again. Those of the result before it are more.
  const answered = progress
    ? !kept || (kept.progress !== undefined && kept.progress.read <= progress.read)
    : data.series.some(isWorkloadsFrame) && !repeated;
  const series = progress?.parts ?? data.series;
  if (answered && series !== kept?.series) {
    setLast({ series, queries, partial: failed, progress });
  }
  if (!answered && kept && (failed || waits)) {
    return { series: kept.series, progress: kept.progress, stale: failed };
  }
  return { series, progress, stale: false };
}

/** The rows that the data source has read, if it still reads others. */
function progressIn(series: DataFrame[]): Progress | undefined {
  const custom: Partial<Progress> | undefined = series.find(({ meta }) => meta?.custom?.parts)?.meta?.custom;
  return custom?.parts && (custom as Progress);
}
