import { CoreApp, type DataFrame, type DataQueryRequest } from '@grafana/data';

/** Explore draws the first 20 series: the ones that need help come first. */
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

/** Puts what needs help where the asking view shows it. The backend sends rows worst first, and series by group. */
export function orderFrames(
  frames: DataFrame[],
  { app, panelPluginId }: Pick<DataQueryRequest, 'app' | 'panelPluginId'>
): DataFrame[] {
  if (app === CoreApp.Explore && frames.some(isSeries)) {
    return [...frames].sort((a, b) => badness(b) - badness(a));
  }
  return OF_ONE_ROW.includes(panelPluginId ?? '') ? frames.map(worstLast) : frames;
}

function isSeries({ name, fields, meta }: DataFrame): boolean {
  return meta?.type === 'timeseries-multi' && fields.length === 2 && (name ?? '') in MORE_IS_WORSE;
}

/** The greatest for the series to show first: its last value, negated where less is worse. */
function badness(frame: DataFrame): number {
  if (!isSeries(frame)) {
    return Infinity;
  }
  const last = [...frame.fields[1].values].reverse().find((value: unknown) => typeof value === 'number');
  return last === undefined ? -Infinity : MORE_IS_WORSE[frame.name!] ? last : -last;
}

function worstLast(frame: DataFrame): DataFrame {
  const isRows = frame.meta?.custom?.burnline === 1 && frame.fields.some(({ name }) => name === 'state');
  return isRows
    ? { ...frame, fields: frame.fields.map((field) => ({ ...field, values: [...field.values].reverse() })) }
    : frame;
}
