import type { ScopedVars } from '@grafana/data';
import { getTemplateSrv } from '@grafana/runtime';

import { replaceInPromQL } from './promqlVariables';
import type { BurnlineQuery, CalendarUnit, Metric, SeriesFilter, SLO } from './types';

/** Replaces the template variables in all texts of a query. */
export function interpolateQuery(query: BurnlineQuery, scopedVars?: ScopedVars): BurnlineQuery {
  return {
    ...query,
    slos: query.slos && expandNames(query.slos, scopedVars),
    groupBy: query.groupBy && expandNames(query.groupBy, scopedVars),
    policy: query.policy && replaceText(query.policy, scopedVars),
    severities: query.severities && expandNames(query.severities, scopedVars),
    inline: query.inline && interpolateSLO(query.inline, scopedVars),
    ...(query.filters && {
      filters: query.filters
        .filter(({ label }) => label)
        .map(({ label, op, value }) => ({
          label: replaceText(label, scopedVars),
          op,
          value: filterValue(op, value, scopedVars),
        })),
    }),
    ...(query.period && { period: replaceText(query.period, scopedVars) as CalendarUnit }),
    ...(query.timezone && { timezone: replaceText(query.timezone, scopedVars) }),
    ...(query.metrics && { metrics: expandNames(query.metrics, scopedVars) as Metric[] }),
    ...interpolateOptions(query, scopedVars),
  };
}

function interpolateOptions({ whatif, burners, backtest, resources }: BurnlineQuery, scopedVars?: ScopedVars) {
  return {
    ...(resources && {
      resources: { ...resources, signals: resources.signals && expandNames(resources.signals, scopedVars) },
    }),
    ...(whatif && {
      whatif: {
        ...whatif,
        objectives: whatif.objectives && expandNumbers(whatif.objectives, scopedVars),
        windows: whatif.windows && expandNames(whatif.windows, scopedVars),
      },
    }),
    ...(burners && { burners: { ...burners, by: expandNames(burners.by ?? [], scopedVars) } }),
    ...(backtest && {
      backtest: {
        ...mapStrings(backtest, (text) => replaceText(text, scopedVars)),
        policies: backtest.policies && expandNames(backtest.policies, scopedVars),
      },
    }),
  };
}

/**
 * Replaces the template variables in every string of an SLO, also in those without a form field.
 */
export function interpolateSLO(slo: SLO, scopedVars?: ScopedVars): SLO {
  const { sli, p95, by, ...rest } = slo;
  return {
    ...mapStrings(rest, (text) => replaceText(text, scopedVars)),
    ...(by && { by: expandNames(by, scopedVars) }),
    sli: mapStrings(sli, (text) => interpolateSelector(text, scopedVars)),
    ...(p95 && { p95: mapStrings(p95, (text) => interpolateSelector(text, scopedVars)) }),
  };
}

// The value of a variable is text, and may contain several numbers.
function expandNumbers(values: Array<number | string>, scopedVars?: ScopedVars): number[] {
  return expandNames(values.map(String), scopedVars).map(Number);
}

/** A variable with several values becomes several names. */
function expandNames(names: string[], scopedVars?: ScopedVars): string[] {
  const expanded = names.flatMap((name) => getTemplateSrv().replace(name, scopedVars, 'csv').split(','));
  return [...new Set(expanded.map((name) => name.trim()).filter(Boolean))];
}

// A filter's value has no quotes, so only a regular expression is escaped.
function filterValue(op: SeriesFilter['op'], value: string, scopedVars?: ScopedVars): string {
  return op === '=~' || op === '!~'
    ? getTemplateSrv().replace(value, scopedVars, 'regex')
    : replaceText(value, scopedVars);
}

function replaceText(text: string, scopedVars?: ScopedVars): string {
  return getTemplateSrv().replace(text, scopedVars);
}

/** Replaces the template variables in PromQL. */
export function interpolateSelector(selector: string, scopedVars?: ScopedVars): string {
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
