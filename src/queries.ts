import { isComplete } from './inlineSLO';
import type { BurnlineQuery } from './types';

/** Whether a query says enough to be answered; what it says may still be wrong. */
export function isAnswerable(query: BurnlineQuery): boolean {
  if (query.inline && !isComplete(query.inline)) {
    return false;
  }
  switch (query.queryType) {
    case 'whatif':
      return Boolean(query.whatif?.objectives?.length || query.whatif?.windows?.length);
    case 'burners':
      return Boolean(query.burners?.by?.length);
    default:
      return true;
  }
}
