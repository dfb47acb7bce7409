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
