import { LinkModel, PanelData, locationUtil, urlUtil } from '@grafana/data';
import { getDataSourceSrv } from '@grafana/runtime';

import { prometheusUidFor } from '../explore';
import { mayFollow } from './access';
import { useDashboards } from './dashboards';
import { t } from './i18n';
import { sourceOf } from './rowQuery';
import { WorkloadRow } from './rows';

/**
 * The distinct data links of this row in the panel's field config. Those of its labels come first.
 */
export function rowLinks({ linked, index }: WorkloadRow): LinkModel[] {
  const links = linked.flatMap((field) => field.getLinks?.({ valueRowIndex: index }) ?? []);
  return [...new Map(links.map((link) => [`${link.title} ${link.href}`, link])).values()];
}

/** Those of the links that the viewer may follow. */
export function useFollowable(links: LinkModel[]): LinkModel[] {
  const judged = links.map((link) => ({ link, may: mayFollow(link.href) }));
  const isReadable = useDashboards(judged.flatMap(({ may }) => (typeof may === 'object' ? [may.dashboard] : [])));
  return judged.flatMap(({ link, may }) => ((typeof may === 'object' ? isReadable(may.dashboard) : may) ? [link] : []));
}

/** Where a row of a Burnline data source leads to: the dashboards of its SLO, traces, alert rules, and a silence. */
export function incidentLinks(
  row: WorkloadRow,
  { request }: Pick<PanelData, 'request'>,
  rules: LinkModel[]
): LinkModel[] {
  const source = sourceOf(row, request);
  if (!request || !source) {
    return [];
  }
  const { raw } = request.range;
  const range = { from: timeText(raw.from), to: timeText(raw.to) };
  const link = (title: string, path: string): LinkModel => ({
    title,
    href: locationUtil.assureBaseUrl(path),
    target: undefined,
    origin: row,
  });
  const about = { slo: row.slo, ...row.labels };
  const variables = Object.entries({ datasource: source.uid, ...about }).map(([name, value]) => [`var-${name}`, value]);
  const dashboard = (uid: string) => urlUtil.renderUrl(`/d/${uid}`, { ...Object.fromEntries(variables), ...range });
  const matchers = Object.entries(about).map(([label, value]) => `${label}=${value}`);
  const traces = tracesPath(row, (source.jsonData as { prometheusUid?: string }).prometheusUid, range);
  return [
    link(t('link.slo', 'SLO in detail'), dashboard('burnline-slo')),
    link(t('link.spent', 'What spent the budget'), dashboard('burnline-spent')),
    ...(traces ? [link(t('link.traces', 'Traces'), traces)] : []),
    ...rules,
    link(
      t('link.silence', 'Silence'),
      urlUtil.renderUrl('/alerting/silence/new', { alertmanager: 'grafana', matcher: matchers })
    ),
  ];
}

interface TraceDestination {
  datasourceUid?: string;
}

/** Failed traces of the row's workload, if the Prometheus data source names a Tempo data source for its exemplars. */
function tracesPath(
  { labels, name }: WorkloadRow,
  prometheusUid: string | undefined,
  range: Record<'from' | 'to', string>
): string | undefined {
  const settings = (uid?: string) => (uid ? getDataSourceSrv().getInstanceSettings(uid) : undefined);
  const { exemplarTraceIdDestinations: known } = (settings(prometheusUidFor(prometheusUid))?.jsonData ?? {}) as {
    exemplarTraceIdDestinations?: TraceDestination[];
  };
  const tempo = known?.map(({ datasourceUid }) => settings(datasourceUid)).find((each) => each?.type === 'tempo');
  if (!tempo || Object.keys(labels).length === 0) {
    return undefined;
  }
  const service = JSON.stringify(name);
  const query = `{ status = error && (resource.service.name = ${service} || resource.k8s.deployment.name = ${service}) }`;
  const datasource = { type: tempo.type, uid: tempo.uid };
  const queries = [{ refId: 'A', datasource, queryType: 'traceql', query }];
  return urlUtil.renderUrl('/explore', {
    schemaVersion: 1,
    panes: JSON.stringify({ burnline: { datasource: tempo.uid, queries, range } }),
  });
}

function timeText(time: string | { valueOf: () => number }): string {
  return typeof time === 'string' ? time : String(time.valueOf());
}
