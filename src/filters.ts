import type { AdHocVariableFilter } from '@grafana/data';

import type { SeriesFilter } from './types';

/**
 * Ad hoc filters of a dashboard as matchers. The backend returns an error for an operator that PromQL does not have:
 * without the filter, numbers would be of too many series.
 */
export function seriesFilters(filters: AdHocVariableFilter[] = []): SeriesFilter[] {
  return filters.flatMap(({ key, operator, value, values }): SeriesFilter[] => {
    if (operator === '=|' || operator === '!=|') {
      const any = (values ?? [value]).map(escapeRegex).join('|');
      return [{ label: key, op: operator === '=|' ? '=~' : '!~', value: any }];
    }
    return key ? [{ label: key, op: operator as SeriesFilter['op'], value }] : [];
  });
}

function escapeRegex(value: string): string {
  return value.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
