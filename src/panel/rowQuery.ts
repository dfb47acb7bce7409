import { DataQueryRequest, dateTime } from '@grafana/data';
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
  slos?: string[];
  inline?: object;
  groupBy?: string[];
  policy?: string;
  filters?: Array<{ label: string; op: string; value: string }>;
}

/**
 * The query that the panel sends for one row: its bad events over its SLO's window, of that workload only.
 * Undefined if the row is not from a Burnline data source, or has no window.
 */
export function burndownRequest(
  row: WorkloadRow,
  instant: number,
  request: DataQueryRequest | undefined
): DataQueryRequest<RowQuery> | undefined {
  const target = targetOf(row, request);
  const period = row.window ? periodOf(row.window, instant) : undefined;
  if (!request || target?.datasource?.type !== BURNLINE || !period || !row.slo) {
    return undefined;
  }
  const { inline, groupBy, policy, filters = [], refId, datasource } = target;
  const from = dateTime(period.from);
  const to = dateTime(instant);
  const intervalMs = Math.max(MINUTE, Math.ceil((instant - period.from) / STEPS));
  return {
    ...request,
    requestId: `${request.requestId} burn-down ${row.key}`,
    range: { from, to, raw: { from, to } },
    rangeRaw: { from, to },
    intervalMs,
    interval: `${Math.round(intervalMs / 1000)}s`,
    maxDataPoints: STEPS,
    targets: [
      {
        refId,
        datasource,
        queryType: 'timeseries',
        metrics: ['bad'],
        ...(inline ? { inline } : { slos: [row.slo] }),
        groupBy,
        policy,
        filters: [...filters, ...Object.entries(row.labels).map(([label, value]) => ({ label, op: '=', value }))],
      },
    ],
  };
}

function targetOf(row: WorkloadRow, request: DataQueryRequest | undefined): RowQuery | undefined {
  const targets = (request?.targets ?? []) as RowQuery[];
  return targets.find(({ refId }) => refId === row.refId) ?? (targets.length === 1 ? targets[0] : undefined);
}
