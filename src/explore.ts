import { locationUtil, urlUtil, type RawTimeRange } from '@grafana/data';
import { getDataSourceSrv } from '@grafana/runtime';
import type { DataQuery } from '@grafana/schema';

/**
 * The Prometheus data source for PromQL: the one in the settings, else Grafana's default or first
 * one.
 */
export function prometheusUidFor(chosen?: string): string | undefined {
  const all = getDataSourceSrv().getList({ type: 'prometheus' });
  return (all.find(({ uid }) => uid === chosen) ?? all.find(({ isDefault }) => isDefault) ?? all[0])?.uid;
}

/** The URL of Explore with PromQL in a Prometheus data source. */
export function exploreUrl(
  uid: string,
  expressions: string[],
  range: RawTimeRange = { from: 'now-6h', to: 'now' }
): string {
  const datasource = { type: 'prometheus', uid };
  const queries = expressions.map((expr, index) => ({
    refId: String.fromCharCode(65 + index),
    expr,
    datasource,
    range: true,
  }));
  return exploreQueriesUrl(uid, queries, range);
}

/** Explore with queries of a data source. */
export function exploreQueriesUrl(uid: string, queries: DataQuery[], range: RawTimeRange): string {
  const text = (time: RawTimeRange['from']) => (typeof time === 'string' ? time : String(time.valueOf()));
  const pane = { datasource: uid, queries, range: { from: text(range.from), to: text(range.to) } };
  const url = urlUtil.renderUrl('/explore', { schemaVersion: 1, panes: JSON.stringify({ burnline: pane }) });
  return locationUtil.assureBaseUrl(url);
}
