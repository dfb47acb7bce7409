import { DataQueryRequest, DataSourceInstanceSettings, dateTime } from '@grafana/data';
import { getDataSourceSrv } from '@grafana/runtime';
import type { DataQuery } from '@grafana/schema';

import { periodOf } from './period';
import { WorkloadRow } from './rows';

/** The type of data source that can be queried for details of a row. */
export const BURNLINE = 'burnline-slo-datasource';

/** Number of steps of the line. More would not be visible in the width of a row. */
const STEPS = 120;
const MINUTE = 60_000;

/** The part of a query that the panel uses: the row's query, restricted to the row by filters. */
interface RowQuery extends DataQuery {
  queryType?: string;
  metrics?: string[];
  changes?: { top: number };
  slos?: string[];
  inline?: object;
  groupBy?: string[];
  policy?: string;
  filters?: Array<{ label: string; op: string; value: string }>;
}

export type RowRequest = DataQueryRequest<RowQuery>;

/**
 * The query that the panel sends for one row: its bad events over its SLO's window, of that workload only.
 * Undefined if the row is not from a Burnline data source, or has no window.
 */
export function burndownRequest(
  row: WorkloadRow,
  instant: number,
  request: DataQueryRequest | undefined
): RowRequest | undefined {
  const period = row.window ? periodOf(row.window, instant) : undefined;
  const restricted = period && requestFor(row, request, 'burn-down', { queryType: 'timeseries', metrics: ['bad'] });
  if (!restricted) {
    return undefined;
  }
  const from = dateTime(period.from);
  const to = dateTime(instant);
  const intervalMs = Math.max(MINUTE, Math.ceil((instant - period.from) / STEPS));
  return {
    ...restricted,
    range: { from, to, raw: { from, to } },
    rangeRaw: { from, to },
    intervalMs,
    interval: `${Math.round(intervalMs / 1000)}s`,
    maxDataPoints: STEPS,
  };
}

/**
 * The likeliest causes of a row's bad events in the panel's time range. Undefined for other data sources, and for SLOs
 * without single events.
 */
export function changesRequest(row: WorkloadRow, request: DataQueryRequest | undefined): RowRequest | undefined {
  return row.about?.slices
    ? undefined
    : requestFor(row, request, 'changes', { queryType: 'changes', changes: { top: 3 } });
}

/** The panel's own query, of one row and with another type. */
function requestFor(
  row: WorkloadRow,
  request: DataQueryRequest | undefined,
  purpose: string,
  type: Partial<RowQuery>
): RowRequest | undefined {
  const target = targetOf(row, request);
  if (!request || target?.datasource?.type !== BURNLINE || !row.slo) {
    return undefined;
  }
  const { inline, groupBy, policy, filters = [], refId, datasource } = target;
  const query: RowQuery = {
    refId,
    datasource,
    ...type,
    ...(inline ? { inline } : { slos: [row.slo] }),
    groupBy,
    policy,
    filters: [...filters, ...Object.entries(row.labels).map(([label, value]) => ({ label, op: '=', value }))],
  };
  return { ...request, requestId: `${request.requestId} ${purpose} ${row.key}`, targets: [query] };
}

/** The Burnline data source that returned a row. */
export function sourceOf(
  row: WorkloadRow,
  request: DataQueryRequest | undefined
): DataSourceInstanceSettings | undefined {
  const ref = targetOf(row, request)?.datasource;
  return ref?.type === BURNLINE ? getDataSourceSrv().getInstanceSettings(ref, request?.scopedVars) : undefined;
}

/** The query that returned a row. */
function targetOf({ refId }: Pick<WorkloadRow, 'refId'>, request: DataQueryRequest | undefined): RowQuery | undefined {
  const targets = (request?.targets ?? []) as RowQuery[];
  return targets.find((target) => target.refId === refId) ?? (targets.length === 1 ? targets[0] : undefined);
}
