import { DataFrame, Field, FieldType } from '@grafana/data';

import { labelsKey } from './labels';

/** The throughput of one workload over the last day. */
export interface Trend {
  time: Field<number>;
  /** Events per second. */
  throughput: Field<number | null>;
}

/** The time series named `throughput`, by the `labelsKey` of the labels that they carry. */
export function readTrends(frames: DataFrame[]): Map<string, Trend> {
  const trends = new Map<string, Trend>();
  for (const frame of frames) {
    const time = frame.fields.find((field) => field.type === FieldType.time);
    if (!time) {
      continue;
    }
    for (const throughput of frame.fields) {
      if (throughput.type === FieldType.number && throughput.name === 'throughput') {
        trends.set(labelsKey(throughput.labels ?? {}), { time, throughput });
      }
    }
  }
  return trends;
}

/**
 * The change from the first to the last measured point, as a share of the greater of both: -1 (stopped) to 1 (new).
 * Null with fewer than two points.
 */
export function trendChange(trend: Trend | undefined): number | null {
  const points = (trend?.throughput.values ?? []).filter((point): point is number => Number.isFinite(point));
  if (points.length < 2) {
    return null;
  }
  const first = points[0];
  const last = points[points.length - 1];
  const greater = Math.max(first, last);
  return greater > 0 ? (last - first) / greater : 0;
}
