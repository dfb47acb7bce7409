import { CoreApp } from '@grafana/data';

import { isComplete } from './inlineSLO';
import { typed, type BurnlineQuery } from './types';

/** Whether a query has all required fields. Their values may be wrong. */
export function isAnswerable(query: BurnlineQuery): boolean {
  if (query.inline && !isComplete(query.inline)) {
    return false;
  }
  const one = typed(query);
  switch (one.queryType) {
    case 'whatif':
      return Boolean(one.whatif?.objectives?.length || one.whatif?.windows?.length);
    case 'burners':
      return Boolean(one.burners?.by?.length);
    default:
      return true;
  }
}

/** Explore joins all tables of an answer into one: for a backtest, only the one of the groups. */
export function withExploreFrames(query: BurnlineQuery, app?: string): BurnlineQuery {
  return app === CoreApp.Explore && query.queryType === 'backtest' && !query.backtest?.frames
    ? { ...query, backtest: { ...query.backtest, frames: ['groups', 'states'] } }
    : query;
}
