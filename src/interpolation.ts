import type { ScopedVars } from '@grafana/data';
import { getTemplateSrv } from '@grafana/runtime';

import { replaceInPromQL } from './promqlVariables';
import type { BurnlineQuery, SLO } from './types';

/** Replaces the template variables in everything a user can write in a query. */
export function interpolateQuery(query: BurnlineQuery, scopedVars?: ScopedVars): BurnlineQuery {
  return {
    ...query,
    slos: query.slos && expandNames(query.slos, scopedVars),
    groupBy: query.groupBy && expandNames(query.groupBy, scopedVars),
    policy: query.policy && replaceText(query.policy, scopedVars),
    severities: query.severities && expandNames(query.severities, scopedVars),
    inline: query.inline && interpolateSLO(query.inline, scopedVars),
    ...interpolateOptions(query, scopedVars),
  };
}

function interpolateOptions({ whatif, burners, backtest }: BurnlineQuery, scopedVars?: ScopedVars) {
  return {
    ...(whatif && { whatif: { ...whatif, windows: whatif.windows && expandNames(whatif.windows, scopedVars) } }),
    ...(burners && { burners: { ...burners, by: expandNames(burners.by ?? [], scopedVars) } }),
    ...(backtest && {
      backtest: { ...backtest, policies: backtest.policies && expandNames(backtest.policies, scopedVars) },
    }),
  };
}

/** Replaces the template variables in every string of an SLO, also those that the editor has no field for. */
export function interpolateSLO(slo: SLO, scopedVars?: ScopedVars): SLO {
  const { sli, p95, by, ...rest } = slo;
  return {
    ...mapStrings(rest, (text) => replaceText(text, scopedVars)),
    ...(by && { by: expandNames(by, scopedVars) }),
    sli: mapStrings(sli, (text) => replaceSelector(text, scopedVars)),
    ...(p95 && { p95: mapStrings(p95, (text) => replaceSelector(text, scopedVars)) }),
  };
}

/** A variable with several values stands for several names. */
function expandNames(names: string[], scopedVars?: ScopedVars): string[] {
  const expanded = names.flatMap((name) => getTemplateSrv().replace(name, scopedVars, 'csv').split(','));
  return [...new Set(expanded.map((name) => name.trim()).filter(Boolean))];
}

function replaceText(text: string, scopedVars?: ScopedVars): string {
  return getTemplateSrv().replace(text, scopedVars);
}

function replaceSelector(selector: string, scopedVars?: ScopedVars): string {
  return replaceInPromQL(selector, scopedVars);
}

function mapStrings<T>(value: T, replace: (text: string) => string): T {
  if (typeof value === 'string') {
    return replace(value) as T;
  }
  if (Array.isArray(value)) {
    return value.map((item) => mapStrings(item, replace)) as T;
  }
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapStrings(item, replace)])) as T;
  }
  return value;
}
