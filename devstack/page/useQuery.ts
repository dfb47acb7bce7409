import {
  CoreApp,
  DataQuery,
  DataQueryError,
  DataQueryRequest,
  DataQueryResponse,
  DataSourceApi,
  LoadingState,
  PanelData,
  RawTimeRange,
  TimeRange,
  getDefaultTimeRange,
  rangeUtil,
} from '@grafana/data';
import { useEffect, useState } from 'react';
import { Observable, from, of } from 'rxjs';

interface Ask {
  datasource: DataSourceApi;
  queries: DataQuery[];
  app: CoreApp;
  /** The panel that shows the result. */
  panelPluginId?: string;
  /** Relative, such as now-1h to now. Every refresh resolves it again. */
  range: RawTimeRange;
  /** A change repeats the query, after a running one has finished. */
  refresh: number;
}

/**
 * Queries the data source as a dashboard does: old frames stay visible during a refresh, an error
 * has no frames.
 */
export function useQuery({ datasource, queries, app, panelPluginId, range: rawRange, refresh }: Ask): PanelData {
  const [data, setData] = useState<PanelData>(() => ({
    state: LoadingState.NotStarted,
    series: [],
    timeRange: getDefaultTimeRange(),
  }));
  const requested = JSON.stringify(queries);
  // A refresh must not replace a running one. Otherwise the result of a slow server, or its
  // timeout, would never appear.
  const [due, setDue] = useState(refresh);
  if (due !== refresh && data.state !== LoadingState.Loading) {
    setDue(refresh);
  }

  useEffect(() => {
    const range = rangeUtil.convertRawToRange(rawRange);
    const targets = (JSON.parse(requested) as DataQuery[]).map((query) => ({
      ...query,
      datasource: datasource.getRef(),
    }));
    const request = { ...requestOf(targets, app, range, rawRange), panelPluginId };
    // eslint-disable-next-line react-hooks/set-state-in-effect -- the request exists from here on, and so does its state
    setData((last) => ({
      ...last,
      state: LoadingState.Loading,
      series: sameTargets(last.request, request) ? last.series : [],
      errors: undefined,
      timeRange: range,
      request,
    }));
    const subscription = ask(datasource, request).subscribe({
      next: (response) => {
        const errors = response.errors ?? (response.error ? [response.error] : []);
        const state = errors.length > 0 ? LoadingState.Error : (response.state ?? LoadingState.Done);
        setData({ state, series: response.data, errors, error: errors[0], timeRange: range, request });
      },
      error: (error: DataQueryError) =>
        setData({ state: LoadingState.Error, series: [], errors: [error], error, timeRange: range, request }),
    });
    return () => subscription.unsubscribe();
  }, [datasource, requested, app, panelPluginId, rawRange, due]);
  return data;
}

/** Leaves out queries that the data source filters, such as incomplete ones. */
function ask(datasource: DataSourceApi, request: DataQueryRequest): Observable<DataQueryResponse> {
  const targets = request.targets.filter((query) => datasource.filterQuery?.(query) ?? true);
  return targets.length > 0 ? from(datasource.query({ ...request, targets })) : of({ data: [] });
}

function requestOf(targets: DataQuery[], app: CoreApp, range: TimeRange, rawRange: RawTimeRange): DataQueryRequest {
  return {
    app,
    requestId: `demo-${targets.map(({ refId }) => refId).join('-')}`,
    panelId: 1, // Grafana 13 sends no query of a public dashboard without one
    interval: '15s',
    intervalMs: 15_000,
    maxDataPoints: 1000,
    range: { ...range, raw: rawRange },
    scopedVars: {},
    startTime: Date.now(),
    targets,
    timezone: 'browser',
  };
}

function sameTargets(a: DataQueryRequest | undefined, b: DataQueryRequest): boolean {
  return JSON.stringify(a?.targets) === JSON.stringify(b.targets);
}
