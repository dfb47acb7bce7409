import type { AbstractLabelMatcher, AbstractQuery } from '@grafana/data';

import { exampleEvents, exampleLatency } from './examples';
import { formatSelector, type Matcher } from './selector';
import { SCHEMA_VERSION, type BurnlineQuery, type SLO } from './types';

// By their values: the enumeration is internal to Grafana.
const ops: Record<string, Matcher['op']> = { Equal: '=', NotEqual: '!=', EqualRegEx: '=~', NotEqualRegEx: '!~' };

/**
 * Turns a query of another data source, such as Prometheus, into one that begins an SLO over its metric. What is good
 * is for the user to choose, so the query is sent only then. A query without a metric becomes a summary with its
 * matchers as filters.
 */
export function importAbstractQuery({ refId, labelMatchers }: AbstractQuery): BurnlineQuery {
  const metric = labelMatchers.find(({ name, operator }) => name === '__name__' && ops[operator] === '=')?.value;
  const matchers = labelMatchers.filter(({ name }) => name !== '__name__' && name !== 'le').map(matcherOf);
  const query: BurnlineQuery = { refId, schemaVersion: SCHEMA_VERSION, queryType: 'summary' };
  if (metric) {
    return { ...query, inline: begin(metric, matchers) };
  }
  return matchers.length > 0 ? { ...query, filters: matchers } : query;
}

function begin(metric: string, matchers: Matcher[]): SLO {
  const selector = (metric: string) => formatSelector({ metric, matchers });
  if (/_bucket$/.test(metric)) {
    return { ...exampleLatency, by: [], sli: { latency: { histogram: selector(metric), threshold: '' } } };
  }
  return { ...exampleEvents, by: [], sli: { events: { total: selector(metric), bad: '' } } };
}

function matcherOf({ name, operator, value }: AbstractLabelMatcher): Matcher {
  return { label: name, op: ops[operator] ?? '=', value };
}
