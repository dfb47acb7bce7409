import { VariableHide, type ScopedVars } from '@grafana/data';

import type { VariableQuery } from './variables';

type Find = (query: VariableQuery) => Promise<string[]>;

/**
 * Hides the dashboard's variable that sent a query while there is no choice: without values, or with one that
 * everything has. A Grafana that passes no variable shows it.
 */
export async function hideSingle(query: VariableQuery, values: string[], scopedVars: ScopedVars, find: Find) {
  const isChoice = values.length > 1 || (values.length === 1 && (await find(unlabelled(query))).length > 0);
  const variable = scopedVars.__sceneObject?.value?.valueOf() as { setState?(state: object): void } | undefined;
  variable?.setState?.({ hide: isChoice ? VariableHide.dontHide : VariableHide.hideVariable });
}

/** Finds what lacks the label, such as one of two clusters. */
function unlabelled(query: VariableQuery): VariableQuery {
  return {
    ...query,
    label: query.variable === 'workloads' ? 'workload' : '__name__',
    filters: [...(query.filters ?? []), { label: query.label ?? '', op: '=', value: '' }],
  };
}
