import { CoreApp, type DataFrame, type DataQueryRequest, type Field } from '@grafana/data';

/** Explore draws the first 20 series: the most urgent ones come first. */
const MORE_IS_WORSE: Record<string, boolean> = {
  budget: false,
  sli: false,
  burn: true,
  bad: true,
  p95: true,
  events: true,
  throughput: true,
};

/** Panels that show one row of a table, by default the last one. */
const OF_ONE_ROW = ['stat', 'gauge'];

/**
 * Orders rows and series for the view, the most urgent ones where it shows them. The backend sends
 * rows worst first, and series by group.
 */
export function orderFrames(
  frames: DataFrame[],
  { app, panelPluginId }: Pick<DataQueryRequest, 'app' | 'panelPluginId'>
): DataFrame[] {
  if (app === CoreApp.Explore && frames.some(isSeries)) {
    return takeTurns([...frames].sort((a, b) => badness(b) - badness(a)));
  }
  const known = frames.map(withoutUnknownFlags);
  return OF_ONE_ROW.includes(panelPluginId ?? '') ? known.map(worstLast) : known;
}

/**
 * A column without any number is left out: in Grafana its sum is 0, which would mean that no alert
 * fires.
 */
function withoutUnknownFlags(frame: DataFrame): DataFrame {
  const isKnown = ({ name, values }: Field) =>
    !name.startsWith('firing_') || values.length === 0 || values.some((value) => value !== null);
  return isRows(frame) && !frame.fields.every(isKnown) ? { ...frame, fields: frame.fields.filter(isKnown) } : frame;
}

function isRows({ meta, fields }: DataFrame): boolean {
  return meta?.custom?.burnline === 1 && fields.some(({ name }) => name === 'state');
}

function isSeries({ name, fields, meta }: DataFrame): boolean {
  return meta?.type === 'timeseries-multi' && fields.length === 2 && (name ?? '') in MORE_IS_WORSE;
}

/** The first of each metric, then the second of each: many burn rates must not displace every budget. */
function takeTurns(frames: DataFrame[]): DataFrame[] {
  const counts = new Map<string | undefined, number>();
  const ranked = frames.map((frame) => {
    const rank = counts.get(frame.name) ?? 0;
    counts.set(frame.name, rank + 1);
    return { frame, rank };
  });
  return ranked.sort((a, b) => a.rank - b.rank).map(({ frame }) => frame);
}

/** The sort key of a series, the greatest first: its last value, negated if less is worse. */
function badness(frame: DataFrame): number {
  if (!isSeries(frame)) {
    return Infinity;
  }
  const last = [...frame.fields[1].values].reverse().find((value: unknown) => typeof value === 'number');
  return last === undefined ? -Infinity : MORE_IS_WORSE[frame.name!] ? last : -last;
}

function worstLast(frame: DataFrame): DataFrame {
  return isRows(frame)
    ? { ...frame, fields: frame.fields.map((field) => ({ ...field, values: [...field.values].reverse() })) }
    : frame;
}
