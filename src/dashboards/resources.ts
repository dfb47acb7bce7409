import * as cog from '@grafana/grafana-foundation-sdk/cog';
import * as common from '@grafana/grafana-foundation-sdk/common';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as table from '@grafana/grafana-foundation-sdk/table';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';

import { chosen, thresholds } from './frame';
import { AnswerOf, CHOSEN, DASHBOARD, DATASOURCE, Query, Question } from './query';

/** Common parts of the two dashboards of workloads. */

type Signal =
  | 'replicas'
  | 'replicas_missing'
  | 'restarts'
  | 'cpu'
  | 'cpu_request'
  | 'cpu_limit'
  | 'cpu_throttled'
  | 'memory'
  | 'memory_request'
  | 'memory_limit'
  | 'drops'
  | 'tcp_resets'
  | 'received'
  | 'sent'
  | 'gpus'
  | 'gpu_busy'
  | 'gpu_memory';

/** Titles of the signals in graphs. Tables get them from the backend. */
export const TITLES: Record<Signal, string> = {
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
    .query({ refId: 'variable', variable: 'workloads', label, filters: chosen(narrowedBy) })
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
  return new stat.PanelBuilder()
    .title(title)
    .description(description)
    .datasource(DASHBOARD)
    .withTarget(new AnswerOf(panelId))
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs([calc]).fields(`/^${column}$/`))
    .height(4)
    .span(4)
    .decimals(0)
    .graphMode(common.BigValueGraphMode.None)
    .colorMode(common.BigValueColorMode.Value)
    .textMode(common.BigValueTextMode.Value)
    .noValue('–');
}

/** A table of resources, with colors by threshold. */
export function resourceTable(title: string, description: string, target: Query): table.PanelBuilder {
  return new table.PanelBuilder()
    .title(title)
    .description(description)
    .datasource(DATASOURCE)
    .withTarget(target)
    .noValue('–')
    .thresholds(thresholds('text')) // for columns without thresholds: Grafana's default is red at 80, also for bytes
    .cellHeight(common.TableCellHeight.Sm)
    .overrideByRegexp(NUMBERS, [{ id: 'custom.cellOptions', value: { type: 'color-text' } }])
    .overrideByRegexp(LEVELS, [
      { id: 'custom.cellOptions', value: { type: 'gauge', mode: 'basic', valueDisplayMode: 'color' } },
      { id: 'min', value: 0 },
      { id: 'max', value: 1 },
      { id: 'decimals', value: 0 },
    ])
    .overrideByName('CPU', [{ id: 'decimals', value: 2 }])
    .overrideByRegexp('^(Replicas|CPU throttled|CPU of request|Memory of request)$', [{ id: 'decimals', value: 0 }])
    .overrideByRegexp('^(Restarts|Drops|TCP resets|Replicas missing)$', [{ id: 'decimals', value: 0 }])
    .overrideByName('namespace', [{ id: 'displayName', value: 'Namespace' }])
    .overrideByName('workload', [{ id: 'displayName', value: 'Workload' }])
    .overrideByName('workload_type', [{ id: 'displayName', value: 'Kind' }])
    .overrideByName('pod', [{ id: 'displayName', value: 'Pod' }]);
}

const NUMBERS = '^(Replicas.*|Restarts|CPU.*|Memory.*|Drops|TCP resets|GPU.*)$';
const LEVELS = '^(CPU of limit|Memory of limit|GPU memory|GPU busy)$';

/** A signal of the selected workloads over time, only the most extreme series. */
export function overTime(
  title: string,
  description: string,
  signals: Signal[],
  more: Pick<Question, 'groupBy'> = {}
): timeseries.PanelBuilder {
  return new timeseries.PanelBuilder()
    .title(title)
    .description(description)
    .datasource(DATASOURCE)
    .withTarget(
      new Query({
        queryType: 'resources',
        filters: CHOSEN,
        ...more,
        resources: { signals, format: 'timeseries', top: 10 },
      })
    )
    .height(8)
    .span(12)
    .maxDataPoints(POINTS)
    .fillOpacity(0)
    .axisSoftMin(0)
    .legend(listed())
    .tooltip(
      new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi).sort(common.SortOrder.Descending)
    )
    .colorScheme(new dashboard.FieldColorBuilder().mode(dashboard.FieldColorModeId.PaletteClassic));
}

/**
 * A step of two minutes over six hours: fine enough for lasting changes, with half of the reads.
 */
const POINTS = 180;

/** Counts per step, as bars. */
export function bars(panel: timeseries.PanelBuilder): timeseries.PanelBuilder {
  return panel
    .drawStyle(common.GraphDrawStyle.Bars)
    .fillOpacity(60)
    .lineWidth(0)
    .stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal).group('A'))
    .decimals(0);
}

/** A row that is opened when it is needed: its panels ask nothing before. */
export function folded(title: string, ...panels: Array<cog.Builder<dashboard.Panel>>): dashboard.RowBuilder {
  return panels.reduce((row, panel) => row.withPanel(panel), new dashboard.RowBuilder(title));
}

export function listed(): common.VizLegendOptionsBuilder {
  return new common.VizLegendOptionsBuilder()
    .showLegend(true)
    .displayMode(common.LegendDisplayMode.List)
    .placement(common.LegendPlacement.Bottom)
    .calcs(['lastNotNull']);
}

/** Series names. */
export const BY_WORKLOAD = '${__field.labels.namespace}/${__field.labels.workload}';

/** A link that selects the namespace, or the workload, of the row. */
export function chooses(title: string, uid: string, ...labels: string[]) {
  const variables = labels.map((label) => `&var-${label}=\${__data.fields.${label}}`).join('');
  return { title, url: `/d/${uid}?var-datasource=\${datasource}${variables}&\${__url_time_range}` };
}
