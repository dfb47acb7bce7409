import type {
  AdHocVariableFilter,
  DataQueryRequest,
  QueryFilterOptions,
  QueryFixAction,
  ToggleFilterAction,
} from '@grafana/data';

import { t } from './i18n';
import type { BurnlineQuery, SeriesFilter } from './types';

// Grafana before 12.4 does not have these types.
type Filter = AdHocVariableFilter & { origin?: string };

export interface DrilldownsOptions {
  filters?: Filter[];
  groupByKeys?: string[];
  queries?: BurnlineQuery[];
}

export interface Applicability {
  key: string;
  applicable: boolean;
  reason?: string;
  origin?: string;
}

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

/** Which filters and group-by keys of a dashboard have an effect on its queries: those with a label of their series. */
export async function drilldownsApplicability(
  { filters = [], groupByKeys = [], queries }: DrilldownsOptions,
  labelsOf: (query: BurnlineQuery) => Promise<string[]>
): Promise<Applicability[]> {
  const requested = queries?.length ? queries : [{ refId: 'A' }];
  const labels = new Set((await Promise.all(requested.map(labelsOf))).flat());
  const judge = (key: string, origin?: string): Applicability => ({
    key,
    applicable: labels.has(key),
    ...(origin !== undefined && { origin }),
    ...(!labels.has(key) && { reason: t('drilldowns.no-label', 'No series has the label {{key}}.', { key }) }),
  });
  return [...filters.map(({ key, origin }) => judge(key, origin)), ...groupByKeys.map((key) => judge(key))];
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
