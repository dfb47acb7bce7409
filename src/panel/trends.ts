import { DataFrame, Field, FieldType } from '@grafana/data';

import { labelsKey } from './labels';

/** The throughput of one workload over the last day. */
export interface Trend {
  time: Field<number>;
  /** Events per second. */
  throughput: Field<number | null>;
}

/** The time series named `throughput`, by the `labelsKey` of their labels. */
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
 * The change from the first to the last measured point, as a share of the greater one: -1 (stopped)
 * to 1 (new). Null with fewer than two points.
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

/** The SVG paths of a sparkline: the line, and the area below it. */
export interface TrendPaths {
  line: string;
  area: string;
}

/**
 * Draws a trend with this size in pixels, from zero up, so that drops are to scale. Unmeasured
 * points, and single points between gaps, are gaps. Undefined if nothing is measured or the size is
 * too small.
 */
export function trendPaths({ time, throughput }: Trend, width: number, height: number): TrendPaths | undefined {
  const times = time.values;
  const first = times[0];
  const span = times[times.length - 1] - first;
  const max = throughput.values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  if (!(span > 0) || width <= 0 || height <= 0) {
    return undefined;
  }
  const x = (index: number) => round(((times[index] - first) / span) * width);
  // Half of the line width stays inside on both sides.
  const y = (value: number) => round(height - 0.5 - (max > 0 ? value / max : 0) * (height - 1));
  let line = '';
  let area = '';
  for (const [from, to] of stretches(throughput.values)) {
    let way = '';
    for (let index = from; index < to; index++) {
      way += `${index > from ? 'L' : ''}${x(index)} ${y(throughput.values[index]!)}`;
    }
    line += `M${way}`;
    area += `M${x(from)} ${height}L${way}L${x(to - 1)} ${height}Z`;
  }
  return line === '' ? undefined : { line, area };
}

/**
 * The measured sections of two points or more, each as its first index and the one after its last.
 */
function stretches(values: ArrayLike<number | null>): Array<[number, number]> {
  const found: Array<[number, number]> = [];
  let from = 0;
  for (let index = 0; index <= values.length; index++) {
    if (index < values.length && Number.isFinite(values[index])) {
      continue;
    }
    if (index - from > 1) {
      found.push([from, index]);
    }
    from = index + 1;
  }
  return found;
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
