import { useEffect, useRef } from 'react';
import { CoreApp } from '@grafana/data';
import { locationService } from '@grafana/runtime';

import { queryTypeOptions } from '../queryTypes';
import type { BurnlineQuery } from '../types';

/**
 * Changes a panel's query that a new alert rule was made from into one that the condition of a new rule, "is above 0",
 * fits: whether an alert fires. Queries that return one number stay, and so do those of stored rules.
 */
export function useRuleQuery(
  query: BurnlineQuery,
  app: CoreApp | undefined,
  change: (patch: Partial<BurnlineQuery>) => void
) {
  const first = useRef({ query, app, change });
  useEffect(() => {
    const { query, app, change } = first.current;
    if (app === CoreApp.UnifiedAlerting && isNewRule() && !returnsOneNumber(query)) {
      change({ queryType: 'alerts', value: 'firing' });
    }
  }, []);
}

function isNewRule(): boolean {
  return /\/alerting\/new\b/.test(locationService.getLocation().pathname);
}

function returnsOneNumber({ queryType = 'summary', value, resources }: BurnlineQuery): boolean {
  switch (queryType) {
    case 'summary':
      return value !== undefined;
    case 'resources':
      return resources?.signals?.length === 1;
    default:
      return queryTypeOptions(CoreApp.UnifiedAlerting).some((type) => type.value === queryType);
  }
}
