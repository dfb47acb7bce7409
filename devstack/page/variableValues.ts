import {
  CustomVariableSupport,
  DataSourceApi,
  MetricFindValue,
  RawTimeRange,
  ScopedVars,
  rangeUtil,
} from '@grafana/data';
import { lastValueFrom } from 'rxjs';

/** The values of a variable from a data source. */
export async function findValues(
  datasource: DataSourceApi,
  query: object,
  range: RawTimeRange,
  scopedVars: ScopedVars = {}
): Promise<MetricFindValue[]> {
  const support = datasource.variables as CustomVariableSupport<DataSourceApi, any>;
  const answer = support.query({
    targets: [{ ...query, datasource: datasource.getRef() }],
    range: rangeUtil.convertRawToRange(range),
    scopedVars,
    app: 'dashboard',
    requestId: 'variable',
    interval: '1m',
    intervalMs: 60_000,
    startTime: Date.now(),
    timezone: 'browser',
  });
  return (await lastValueFrom(answer)).data as unknown as MetricFindValue[];
}
