import {
  CoreApp,
  LoadingState,
  type AbstractQuery,
  type AdHocVariableFilter,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceGetTagKeysOptions,
  type DataSourceGetTagValuesOptions,
  type DataSourceInstanceSettings,
  type MetricFindValue,
  type ScopedVars,
  type TimeRange,
} from '@grafana/data';
import { config, DataSourceWithBackend, getDataSourceSrv } from '@grafana/runtime';
import { map, tap, type Observable } from 'rxjs';

import { annotations } from './annotations';
import type { DrilldownsOptions } from './applicability';
import { modifyQuery, queryHasFilter, supportedActions, toggleQueryFilter, withGroupByKeys } from './drilldowns';
import { seriesFilters } from './filters';
import { orderFrames } from './frameOrder';
import { interpolateQuery, interpolateSelector, interpolateSLO } from './interpolation';
import { withRowLinks } from './links';
import { inParts, type Part } from './parts';
import { isAnswerable, withExploreFrames } from './queries';
import type { RequestLinks } from './requestLinks';
import type { Buckets, PolicyInfo, Preview, Problem, SignalInfo, SLOInfo } from './resources';
import { withDashboardZone } from './timeZone';
import { SCHEMA_VERSION, type BurnlineOptions, type BurnlineQuery, type SLO } from './types';
import { VariableSupport } from './variables';

/** Adds defaults to queries, and types the resources of the backend, which computes everything. */
export class DataSource extends DataSourceWithBackend<BurnlineQuery, BurnlineOptions> {
  annotations = annotations;

  /** UID of the Prometheus data source for Explore, from the settings. */
  readonly prometheusUid?: string;

  /** Traces, logs and metrics of the settings. */
  private readonly targets: RequestLinks['targets'];

  /** Queries of rows that were answered as a whole, so that the backend has their counts. */
  private readonly answered = new Set<string>();

  constructor(settings: DataSourceInstanceSettings<BurnlineOptions>) {
    super(settings);
    const { prometheusUid, traces, logs, metrics } = settings.jsonData;
    this.prometheusUid = prometheusUid;
    this.targets = { traces, logs, metrics };
    this.variables = new VariableSupport(this);
  }

  /**
   * A new panel draws a graph, which requires times. Explore shows every SLO, and a rule reads
   * alerts.
   */
  getDefaultQuery(app: CoreApp): Partial<BurnlineQuery> {
    switch (app) {
      case CoreApp.UnifiedAlerting:
        return { schemaVersion: SCHEMA_VERSION, queryType: 'alerts' };
      case CoreApp.PanelEditor:
      case CoreApp.Dashboard:
        return { schemaVersion: SCHEMA_VERSION, queryType: 'timeseries', metrics: ['budget'] };
      default:
        return { schemaVersion: SCHEMA_VERSION, queryType: 'summary' };
    }
  }

  /** An incomplete SLO is not sent. Its fields show what is missing. */
  filterQuery(query: BurnlineQuery): boolean {
    return !query.hide && isAnswerable(query);
  }

  /** Rows of SLOs link to their history, burners, backtest and failing requests. */
  query(request: DataQueryRequest<BurnlineQuery>): Observable<DataQueryResponse> {
    const targets = withGroupByKeys(request).targets.map((query) =>
      withExploreFrames(withDashboardZone(query, request.timezone), request.app)
    );
    const [target] = targets;
    if (targets.length !== 1 || !isForRows(target, request)) {
      return this.answer({ ...request, targets });
    }
    const key = JSON.stringify(this.applyTemplateVariables(target, request.scopedVars, request.filters));
    const run = (part?: Part) => this.answer({ ...request, targets: [{ ...target, ...(part && { part }) }] });
    return (this.answered.has(key) ? run() : inParts(run)).pipe(
      tap(({ state, error, errors }) => {
        if (state !== LoadingState.Loading && !error && !errors?.length) {
          this.answered.add(key);
        }
      })
    );
  }

  private answer(request: DataQueryRequest<BurnlineQuery>): Observable<DataQueryResponse> {
    return super.query(request).pipe(
      map((answer) => ({
        ...answer,
        data: withRowLinks(orderFrames(answer.data, request), request.targets, this.links(request.range)),
      }))
    );
  }

  /** What links to other data sources depend on. */
  private links(range: TimeRange): RequestLinks {
    const typeOf = (uid: string) => getDataSourceSrv().getInstanceSettings(uid)?.type;
    return { uid: this.uid, name: this.name, targets: this.targets, range, typeOf };
  }

  /** Ad hoc filters of the dashboard are added to those of the query. */
  applyTemplateVariables(query: BurnlineQuery, scopedVars: ScopedVars, adHoc?: AdHocVariableFilter[]): BurnlineQuery {
    const filters = [...(query.filters ?? []), ...seriesFilters(adHoc)];
    return interpolateQuery(filters.length > 0 ? { ...query, filters } : query, scopedVars);
  }

  /** Prepares a query for Explore or an alert rule, without template variables. */
  interpolateVariablesInQueries(
    queries: BurnlineQuery[],
    scopedVars: ScopedVars,
    adHoc?: AdHocVariableFilter[]
  ): BurnlineQuery[] {
    return queries.map((query) => ({
      ...this.applyTemplateVariables(query, scopedVars, adHoc),
      datasource: this.getRef(),
    }));
  }

  /**
   * The labels for ad hoc filters: those of the series that the queries, or else the catalog,
   * count.
   */
  async getTagKeys(options?: DataSourceGetTagKeysOptions<BurnlineQuery>): Promise<MetricFindValue[]> {
    const labels = await this.getLabelsOf(options?.queries?.[0] ?? everySLO);
    return labels.map((label) => ({ text: label }));
  }

  async getTagValues({ key, queries }: DataSourceGetTagValuesOptions<BurnlineQuery>): Promise<MetricFindValue[]> {
    const values = await this.getValuesOf(queries?.[0] ?? everySLO, key);
    return values.map((value) => ({ text: value }));
  }

  getGroupByKeys(options?: DataSourceGetTagKeysOptions<BurnlineQuery>): Promise<MetricFindValue[]> {
    return this.getTagKeys(options);
  }

  async getDrilldownsApplicability(options: DrilldownsOptions = {}) {
    const { drilldownsApplicability } = await import('./applicability');
    return drilldownsApplicability(options, (query) => this.getLabelsOf({ ...query, filters: undefined }));
  }

  toggleQueryFilter = toggleQueryFilter;
  queryHasFilter = queryHasFilter;
  modifyQuery = modifyQuery;
  getSupportedQueryModifications = () => supportedActions;

  /** For Explore, where another data source is replaced by this one. */
  async importFromAbstractQueries(queries: AbstractQuery[]): Promise<BurnlineQuery[]> {
    const { importAbstractQuery } = await import('./importQuery');
    return queries.map(importAbstractQuery);
  }

  async getDefaultVariables() {
    return (await import('./dashboardDefaults')).defaultVariables(this.type, this.uid);
  }

  async getDefaultLinks() {
    return (await import('./dashboardDefaults')).defaultLinks();
  }

  /** The labels of all that a query counts, filters considered. */
  async getLabelsOf(query: BurnlineQuery): Promise<string[]> {
    return (await this.ask<{ labels: string[] }>('keys', { query: countedBy(query) })).labels;
  }

  /** The values of a label in the series that a query counts. */
  async getValuesOf(query: BurnlineQuery, label: string, scopedVars?: ScopedVars): Promise<string[]> {
    return (await this.ask<{ values: string[] }>('values', { query: countedBy(query, scopedVars), label })).values;
  }

  /** The PromQL that counts a query's events. */
  getPreview(query: BurnlineQuery): Promise<Preview> {
    return this.ask('preview', { query: countedBy(query) });
  }

  /** Metrics that contain a text in their names; histograms without suffix. */
  async findMetrics(search: string, histograms: boolean): Promise<string[]> {
    return (await this.ask<{ metrics: string[] }>('lookup/metrics', { search, histograms })).metrics;
  }

  /** The labels of a selector's series. */
  async findLabels(selector: string): Promise<string[]> {
    const body = { selector: interpolateSelector(selector) };
    return (await this.ask<{ labels: string[] }>('lookup/labels', body)).labels;
  }

  /** The values of a label in a selector's series. */
  async findValues(selector: string, label: string, search: string): Promise<string[]> {
    const body = { selector: interpolateSelector(selector), label, search };
    return (await this.ask<{ values: string[] }>('lookup/values', body)).values;
  }

  findBuckets(histogram: string, unit: 's' | 'ms'): Promise<Buckets> {
    return this.ask('lookup/buckets', { selector: interpolateSelector(histogram), unit });
  }

  /** Drops the backend's cached counts, so that the next query reads everything again. */
  async forgetCounts(): Promise<void> {
    await this.postResource('cache/forget', {}, quiet);
  }

  private ask<T>(path: string, body: object): Promise<T> {
    return this.postResource<T>(path, body, quiet);
  }

  getQueryDisplayText(query: BurnlineQuery): string {
    if (query.queryType === 'resources') {
      const { signals } = query.resources ?? {};
      return `resources: ${signals?.length ? signals.join(', ') : 'every signal'}`;
    }
    const slos = query.inline ? query.inline.name : query.slos?.length ? query.slos.join(', ') : 'every SLO';
    const by = query.groupBy ?? query.inline?.by;
    return `${query.queryType ?? 'summary'}: ${slos}${by?.length ? ` by ${by.join(', ')}` : ''}`;
  }

  async getSLOs(): Promise<SLOInfo[]> {
    const { slos } = await this.getResource<{ slos: SLOInfo[] }>('slos', undefined, quiet);
    return slos;
  }

  /** The signals of workloads. */
  async getSignals(): Promise<SignalInfo[]> {
    const { signals } = await this.getResource<{ signals: SignalInfo[] }>('signals', undefined, quiet);
    return signals;
  }

  async getPolicies(): Promise<PolicyInfo[]> {
    const { policies } = await this.getResource<{ policies: PolicyInfo[] }>('policies', undefined, quiet);
    return policies;
  }

  /** The labels that an SLO (a name in the catalog, or an inline SLO) can be grouped by. */
  async getLabels(slo: string | SLO): Promise<string[]> {
    const { labels } =
      typeof slo === 'string'
        ? await this.getResource<{ labels: string[] }>('labels', { slo: interpolateName(slo) }, quiet)
        : await this.postResource<{ labels: string[] }>('labels', { slo: interpolateSLO(slo) }, quiet);
    return labels;
  }

  /** The problems of an SLO, with current values of the template variables. */
  async validateSLO(slo: SLO): Promise<Problem[]> {
    const body = { slo: interpolateSLO(slo) };
    const { problems } = await this.postResource<{ problems: Problem[] }>('slo/validate', body, quiet);
    return problems;
  }
}

/** The panel that shows rows while others are read. */
const ROWS_PANEL = 'burnline-workloads-panel';

/** Whether the panel of workloads sends a query of rows. In a public dashboard, Grafana replaces every query. */
function isForRows(query: BurnlineQuery, { panelPluginId }: DataQueryRequest): boolean {
  const { queryType = 'summary', inline } = query;
  const isRows = (queryType === 'summary' && !query.value) || queryType === 'workloads';
  return panelPluginId === ROWS_PANEL && isRows && !inline && !config.publicDashboardAccessToken;
}

const everySLO: BurnlineQuery = { refId: 'A' };

// The fields that select the counted series. Incomplete options of a query type must not prevent
// results.
function countedBy({ queryType, slos, inline, groupBy, filters }: BurnlineQuery, scopedVars?: ScopedVars) {
  return queryType === 'resources'
    ? interpolateQuery({ refId: 'A', queryType, filters }, scopedVars)
    : interpolateQuery({ refId: 'A', slos, inline, groupBy, filters }, scopedVars);
}

// Editors show errors in place. A notification would repeat them.
const quiet = { showErrorAlert: false };

function interpolateName(name: string): string {
  return interpolateQuery({ refId: '', slos: [name] }).slos?.[0] ?? name;
}
