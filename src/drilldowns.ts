import type { DataQueryRequest, QueryFilterOptions, QueryFixAction, ToggleFilterAction } from '@grafana/data';

import type { BurnlineQuery, SeriesFilter } from './types';

type FilterType = ToggleFilterAction['type'];

const ops: Record<FilterType, SeriesFilter['op']> = { FILTER_FOR: '=', FILTER_OUT: '!=' };

/** Whether the query counts only series with the value of a label. */
export function queryHasFilter({ filters = [] }: BurnlineQuery, { key, value }: QueryFilterOptions): boolean {
  return filters.some((filter) => filter.label === key && filter.value === value && (filter.op ?? '=') === '=');
}

/** Adds a filter, takes it away if it is there, or turns the opposite one round. */
export function toggleQueryFilter(query: BurnlineQuery, { type, options }: ToggleFilterAction): BurnlineQuery {
  const { key, value } = options;
  if (!key) {
    return query;
  }
  const isSame = (filter: SeriesFilter) => filter.label === key && filter.value === value;
  const filters = query.filters ?? [];
  const wasThere = filters.some((filter) => isSame(filter) && (filter.op ?? '=') === ops[type]);
  const rest = filters.filter((filter) => !isSame(filter) || !['=', '!='].includes(filter.op ?? '='));
  return withFilters(query, wasThere ? rest : [...rest, { label: key, op: ops[type], value: value ?? '' }]);
}

const actions: Partial<Record<string, FilterType>> = { ADD_FILTER: 'FILTER_FOR', ADD_FILTER_OUT: 'FILTER_OUT' };

export const supportedActions = Object.keys(actions);

/** Adds the filter of an action of Explore, if it is not there yet. */
export function modifyQuery(query: BurnlineQuery, { type, options }: QueryFixAction): BurnlineQuery {
  const filterType = actions[type];
  if (!filterType || !options?.key) {
    return query;
  }
  const { key, value = '' } = options;
  const op = ops[filterType];
  const isThere = query.filters?.some(
    (filter) => filter.label === key && filter.value === value && (filter.op ?? '=') === op
  );
  return isThere ? query : toggleQueryFilter(query, { type: filterType, options: { key, value } });
}

function withFilters(query: BurnlineQuery, filters: SeriesFilter[]): BurnlineQuery {
  return { ...query, filters: filters.length > 0 ? filters : undefined };
}

/** Groups every query by the keys that are chosen for the dashboard, if there are any. */
export function withGroupByKeys(
  request: DataQueryRequest<BurnlineQuery> & { groupByKeys?: string[] }
): DataQueryRequest<BurnlineQuery> {
  const { groupByKeys = [] } = request;
  return groupByKeys.length > 0
    ? { ...request, targets: request.targets.map((target) => ({ ...target, groupBy: groupByKeys })) }
    : request;
}
