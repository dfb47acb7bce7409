import type { Burn, WorkloadRow } from './rows';

export interface NearestBurn {
  burn: Burn;
  /** The rate to show: of the long window if the alert fires, else the higher one of the two. */
  rate: number;
  /** The rate exceeds the threshold. */
  over: boolean;
  /** Both rates exceed the threshold: the alert fires. */
  fires: boolean;
}

/**
 * The window pair that explains the state of a row: the most severe firing one, else the one
 * nearest to its threshold.
 */
export function nearestBurn({ burns, severities }: WorkloadRow): NearestBurn | undefined {
  let nearest: NearestBurn | undefined;
  let best = -Infinity;
  for (const burn of burns) {
    const { longRate, shortRate, factor } = burn;
    if (!factor || (longRate === null && shortRate === null)) {
      continue;
    }
    const [long, short] = [longRate ?? 0, shortRate ?? 0];
    const fires = long >= factor && short >= factor;
    const rate = fires ? long : Math.max(long, short);
    const severity = severities.indexOf(burn.severity ?? '');
    const score = fires ? 1e9 - (severity < 0 ? 0 : severity) : rate / factor;
    if (score > best) {
      best = score;
      nearest = { burn, rate, over: rate >= factor, fires };
    }
  }
  return nearest;
}
