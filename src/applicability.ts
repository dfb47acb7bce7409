import type { AdHocVariableFilter } from '@grafana/data';

import { t } from './i18n';
import type { BurnlineQuery } from './types';

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
