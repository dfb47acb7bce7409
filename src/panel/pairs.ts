import { DataFrame, rangeUtil } from '@grafana/data';

/** A burn alert compares a long window (is it significant?) and a short one (does it continue?). */
export interface BurnPair {
  /** Window names as in the fields `burn_<window>`, such as "1h" and "5m". */
  long: string;
  short: string;
  /** The severity of its alert, such as "page"; undefined if the frame does not contain it. */
  severity?: string;
  /** The field of the threshold, if it is not `factor_<long>`. */
  factorField?: string;
}

/**
 * The part of `frame.meta.custom` that the panel reads. Frames of other data sources may lack it.
 */
interface AlertsMeta {
  alerts?: Array<BurnPair & { factor?: string }>;
}

/**
 * The burn window pairs of a frame, the shortest first: those in its meta, else one for every
 * `factor_<long>` field, with the `burn_` window nearest to a twelfth of it (the SRE workbook's
 * ratio).
 */
export function burnPairs(frame: DataFrame): BurnPair[] {
  const named = (frame.meta?.custom as AlertsMeta | undefined)?.alerts;
  const pairs = Array.isArray(named)
    ? named.map(({ long, short, severity, factor }) => ({ long, short, severity, factorField: factor }))
    : guessPairs(frame);
  return unique(pairs);
}

/** The distinct pairs, by the length of the long window. */
export function unique(pairs: BurnPair[]): BurnPair[] {
  const byKey = new Map(pairs.map((pair) => [`${pair.long}|${pair.short}`, pair]));
  return [...byKey.values()].sort((a, b) => seconds(a.long) - seconds(b.long) || seconds(a.short) - seconds(b.short));
}

function guessPairs(frame: DataFrame): BurnPair[] {
  const longs = suffixes(frame, 'factor_');
  const shorts = suffixes(frame, 'burn_').filter((window) => !longs.includes(window));
  return longs.flatMap((long) => {
    const off = (short: string) => Math.abs(Math.log(seconds(long) / 12 / seconds(short)));
    const [short] = [...shorts].sort((a, b) => off(a) - off(b));
    return short ? [{ long, short }] : [];
  });
}

function suffixes(frame: DataFrame, prefix: string): string[] {
  return frame.fields
    .filter((field) => field.name.startsWith(prefix))
    .map((field) => field.name.slice(prefix.length))
    .filter((window) => seconds(window) > 0);
}

/** Length of a window in seconds; 0 if it is not one. */
function seconds(window: string): number {
  try {
    return rangeUtil.intervalToSeconds(window);
  } catch {
    return 0;
  }
}
