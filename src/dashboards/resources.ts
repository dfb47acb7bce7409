import * as cog from '@grafana/grafana-foundation-sdk/cog';
import * as common from '@grafana/grafana-foundation-sdk/common';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';

import { countOf } from './counts';
import { chosen, graph, legendOf, PALETTE, Table, thresholds, width } from './frame';
import { CHOSEN, DATASOURCE, Query, Question } from './query';

/** Common parts of the two dashboards of workloads. */

type Signal = keyof typeof TITLES;

/** Titles of the signals in graphs. Tables get them from the backend. */
export const TITLES = {
  replicas: 'Replicas',
  replicas_missing: 'Replicas missing',
  restarts: 'Restarts',
  cpu: 'CPU',
  cpu_request: 'CPU of request',
  cpu_limit: 'CPU of limit',
  cpu_throttled: 'CPU throttled',
  memory: 'Memory',
  memory_request: 'Memory of request',
  memory_limit: 'Memory of limit',
  drops: 'Drops',
  tcp_resets: 'TCP resets',
  received: 'Received',
  sent: 'Sent',
  gpus: 'GPUs',
  gpu_busy: 'GPU busy',
  gpu_memory: 'GPU memory',
  tcp_retransmits: 'TCP retransmits',
  connect_failures: 'Connections failed',
  connect_latency: 'Connection setup',
  tcp_rtt: 'Round trip',
  open_connections: 'Open connections',
  broken_streams: 'Broken streams',
  dns_failures: 'DNS failures',
  dns_latency: 'DNS latency',
  received_peak: 'Received, peak',
  nvlink_peak: 'NVLink, peak',
  pcie_peak: 'PCIe, peak',
  infiniband_peak: 'InfiniBand, peak',
  requests_queued: 'Requests queued',
  kv_cache: 'KV cache',
  requests_aborted: 'Requests aborted',
  oom_killed: 'OOM killed',
  containers_stuck: 'Containers stuck',
  pods_pending: 'Pods pending',
  pods_failed: 'Pods failed',
  cronjob_late: 'CronJob late',
  hpa_at_maximum: 'HPA at maximum',
  node_not_ready: 'Pods on failed nodes',
  node_cpu_pressure: 'Node CPU pressure',
  node_memory_pressure: 'Node memory pressure',
  node_io_pressure: 'Node I/O pressure',
  node_disk_busy: 'Node disk busy',
  node_nic_drops: 'Node packet drops',
  node_conntrack: 'Node conntrack',
};

/** A variable of values in workloads, restricted by other variables. */
export function workloadVariable(
  label: string,
  title: string,
  narrowedBy: string[] = []
): dashboard.QueryVariableBuilder {
  return new dashboard.QueryVariableBuilder(label)
    .label(title)
    .datasource(DATASOURCE)
    .query({
      refId: 'variable',
      variable: 'workloads',
      label,
      filters: chosen(narrowedBy),
      ...(label === 'cluster' && { hideSingle: true }),
    })
    .refresh(dashboard.VariableRefresh.OnTimeRangeChanged)
    .sort(dashboard.VariableSort.NaturalAsc)
    .includeAll(true)
    .allValue('.*');
}

/** The current values of the selected workloads. */
export function standing(signals: Signal[], groupBy?: string[]): Query {
  return new Query({ queryType: 'resources', filters: CHOSEN, resources: { signals }, ...(groupBy && { groupBy }) });
}

/** A number from the rows of another panel's table: the sum, minimum or maximum of a column. */
export function number(
  title: string,
  description: string,
  panelId: number,
  column: string,
  calc: 'sum' | 'max'
): stat.PanelBuilder {
  return countOf(panelId, title, description)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs([calc]).fields(`/^${column}$/`))
    .span(6)
    .decimals(0)
    .textMode(common.BigValueTextMode.Value);
}

/** A table of resources, with colors by threshold. */
export function resourceTable(title: string, description: string, target: Query): Table {
  return new Table()
    .title(title)
    .description(description)
    .datasource(DATASOURCE)
    .withTarget(target)
    .noValue('–')
    .thresholds(thresholds('text')) // for columns without thresholds: Grafana's default is red at 80, also for bytes
    .cellHeight(common.TableCellHeight.Sm)
    .overrideByRegexp(NUMBERS, [{ id: 'custom.cellOptions', value: { type: 'color-text' } }])
    .overrideByRegexp('^(.* of (limit|request)|CPU throttled|GPU memory|GPU busy|Replicas)$', [
      { id: 'decimals', value: 0 },
    ])
    .overrideByName('CPU', [{ id: 'decimals', value: 1 }])
    .overrideByRegexp('^(Restarts|Drops|TCP resets|Replicas missing)$', [{ id: 'decimals', value: 0 }])
    .overrideByName('cluster', [{ id: 'displayName', value: 'Cluster' }, ...width(70)])
    .overrideByName('namespace', [
      { id: 'displayName', value: 'Namespace' },
      { id: 'custom.minWidth', value: 104 },
    ])
    .overrideByName('workload', [
      { id: 'displayName', value: 'Workload' },
      { id: 'custom.minWidth', value: 136 },
    ])
    .overrideByName('workload_type', [{ id: 'displayName', value: 'Kind' }, ...width(96)])
    .overrideByName('pod', [
      { id: 'displayName', value: 'Pod' },
      { id: 'custom.minWidth', value: 200 },
    ]);
}

const NUMBERS = '^(Replicas.*|Restarts|CPU.*|Memory.*|Drops|TCP resets|GPU.*)$';

/** A signal of the selected workloads over time, only the most extreme series. */
export function overTime(
  title: string,
  description: string,
  signals: Signal[],
  more: Pick<Question, 'groupBy'> = {}
): timeseries.PanelBuilder {
  return graph(title, description, {
    queryType: 'resources',
    filters: CHOSEN,
    ...more,
    resources: { signals, format: 'timeseries', top: 10 },
  })
    .maxDataPoints(POINTS)
    .axisSoftMin(0)
    .colorScheme(PALETTE);
}

/** Names the lines of a panel, which has one signal or one workload. */
export type Naming = (panel: timeseries.PanelBuilder, signals: Signal[]) => timeseries.PanelBuilder;

/** Panels of folded rows: Grafana requests them when a row is opened, so that they cost nothing before. */
export function wirePanels(name: Naming): timeseries.PanelBuilder[] {
  const panel = (title: string, description: string, ...signals: Signal[]) =>
    name(overTime(title, description, signals), signals);
  return [
    panel('TCP retransmits', 'By OBI, Coroot or Retina', 'tcp_retransmits'),
    panel('Connections failed', 'By OBI, Coroot, ztunnel or Envoy', 'connect_failures'),
    panel('Connection setup', 'By Coroot or Envoy', 'connect_latency'),
    panel('Round trip', 'By OBI, NetObserv or Coroot', 'tcp_rtt'),
    panel('Open connections', 'By Coroot or Envoy', 'open_connections'),
    panel('Broken streams', 'Resets of upstream servers, by Envoy', 'broken_streams'),
    bars(panel('DNS failures', 'By Hubble, in the step that ends at each point', 'dns_failures')),
    panel('DNS latency', 'By NetObserv', 'dns_latency'),
  ];
}

export function modelPanels(name: Naming): timeseries.PanelBuilder[] {
  const panel = (title: string, description: string, ...signals: Signal[]) =>
    name(overTime(title, description, signals), signals);
  return [
    panel('Requests queued', 'Waiting for a server of models', 'requests_queued'),
    panel('KV cache', 'Of the fullest server', 'kv_cache').axisSoftMax(1),
    panel('Requests aborted', 'Mostly by their clients', 'requests_aborted'),
    panel(
      'Received, peak',
      'Bursts such as weights: the largest rate between two scrapes in each step',
      'received_peak'
    ),
    panel('NVLink, peak', 'The largest rate in each step', 'nvlink_peak'),
    panel('PCIe, peak', 'The largest rate in each step', 'pcie_peak'),
    panel('InfiniBand, peak', 'Of the nodes of the workload', 'infiniband_peak'),
  ];
}

export function nodePanels(name: Naming): timeseries.PanelBuilder[] {
  const panel = (title: string, description: string, ...signals: Signal[]) =>
    name(overTime(title, description, signals), signals);
  return [
    panel('Node CPU pressure', 'Of the worst node of the workload', 'node_cpu_pressure'),
    panel('Node memory pressure', 'Of the worst node of the workload', 'node_memory_pressure'),
    panel('Node I/O pressure', 'Of the worst node of the workload', 'node_io_pressure'),
    panel('Node disk busy', 'Of the worst node of the workload', 'node_disk_busy'),
    panel('Node packet drops', 'Of the worst node of the workload', 'node_nic_drops'),
    panel('Node conntrack', 'Of the worst node of the workload', 'node_conntrack'),
    panel('Pods on failed nodes', 'Nodes that are not ready', 'node_not_ready'),
    panel('OOM killed', 'At the last end of a container', 'oom_killed'),
    panel('Containers stuck', 'CrashLoopBackOff, ImagePullBackOff and others', 'containers_stuck'),
    panel('Pods pending', 'Not yet scheduled or started', 'pods_pending'),
    panel('Pods failed', 'Such as those of failed jobs', 'pods_failed'),
    panel('CronJob late', 'Time since it should have run', 'cronjob_late'),
    panel('HPA at maximum', '1: no more replicas to add', 'hpa_at_maximum'),
  ];
}

/**
 * A step of two minutes over six hours: fine enough for lasting changes, with half of the reads.
 */
const POINTS = 180;

/** Counts per step, as bars, with their sum or maximum in the legend: the last step alone is mostly 0. */
export function bars(panel: timeseries.PanelBuilder, calc: 'sum' | 'max' = 'sum'): timeseries.PanelBuilder {
  return panel
    .drawStyle(common.GraphDrawStyle.Bars)
    .fillOpacity(60)
    .lineWidth(0)
    .stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal).group('A'))
    .legend(legendOf(calc))
    .decimals(0);
}

/** A row that is collapsed at first. Its panels send no queries before it is expanded. */
export function folded(title: string, ...panels: Array<cog.Builder<dashboard.Panel>>): dashboard.RowBuilder {
  return panels.reduce((row, panel) => row.withPanel(panel), new dashboard.RowBuilder(title));
}

/** Series names. */
export const BY_WORKLOAD = '${__field.labels.namespace}/${__field.labels.workload}';

/** A link that selects the namespace, or the workload, of the row. */
export function chooses(title: string, uid: string, ...labels: string[]) {
  const variables = labels.map((label) => `&var-${label}=\${__data.fields.${label}}`).join('');
  return { title, url: `/d/${uid}?var-datasource=\${datasource}${variables}&\${__url_time_range}` };
}
