import type { AdHocVariableFilter } from '@grafana/data';

import { matcherOps } from './matcher';
import type { SeriesFilter } from './types';

/** Ad hoc filters of a dashboard as matchers. Operators that PromQL does not have are left out. */
export function seriesFilters(filters: AdHocVariableFilter[] = []): SeriesFilter[] {
  return filters.flatMap(({ key, operator, value, values }): SeriesFilter[] => {
    if (operator === '=|' || operator === '!=|') {
      const any = (values ?? [value]).map(escapeRegex).join('|');
      return [{ label: key, op: operator === '=|' ? '=~' : '!~', value: any }];
    }
    const op = matcherOps.find((one) => one === operator);
    return op && key ? [{ label: key, op, value }] : [];
  });
}

function escapeRegex(value: string): string {
  return value.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
