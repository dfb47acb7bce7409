import type { TimeRange } from '@grafana/data';

import { typed, type BurnlineQuery } from './types';

/** A range above this reads more than the windows of most SLOs. */
const longRangeDays = 31;

/** Whether a query is run only when the user requests it: it reads much that no cache holds. */
export function isExpensive(query: BurnlineQuery, range?: TimeRange): boolean {
  const one = typed(query);
  switch (one.queryType) {
    case 'backtest':
    case 'burners':
      return true;
    case 'timeseries':
    case 'history':
    case 'annotations':
      return days(range) > longRangeDays;
    case 'resources':
      return one.resources?.format === 'timeseries' && days(range) > longRangeDays;
    default:
      return false;
  }
}

/** Whether a result of the query depends on the alert policy. */
export function dependsOnPolicy(query: BurnlineQuery): boolean {
  const one = typed(query);
  switch (one.queryType) {
    case 'timeseries':
      return Boolean(one.metrics?.includes('burn'));
    case 'history':
    case 'burners':
    case 'backtest':
    case 'resources':
      return false;
    default:
      return true;
  }
}

function days(range?: TimeRange): number {
  return range ? (range.to.valueOf() - range.from.valueOf()) / 86_400_000 : 0;
}
