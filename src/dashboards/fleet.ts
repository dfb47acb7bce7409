import * as common from '@grafana/grafana-foundation-sdk/common';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';

import { countExhausted, NOTHING } from './counts';
import { BUDGET_THRESHOLDS, burnlineDashboard, labelVariable, sloVariable, thresholds } from './frame';
import { DATASOURCE, Query, Question } from './query';

const CHOSEN: Pick<Question, 'slos' | 'filters'> = {
  slos: ['$slo'],
  filters: [{ label: 'namespace', op: '=~', value: '$namespace' }],
};

/** Who needs help, of all workloads: the worst first. */
export function fleet(): dashboard.DashboardBuilder {
  return burnlineDashboard(
    'burnline-fleet',
    'fleet overview',
    'Error budget, burn rates, p95 and throughput of every workload, the worst first'
  )
    .time({ from: 'now-24h', to: 'now' })
    .refresh('1m')
    .withVariable(sloVariable(true))
    .withVariable(labelVariable('namespace', 'Namespace'))
    .withPanel(alerts())
    .withPanel(countExhausted(summaryStat('Exhausted', 'Rows of a workload and an SLO without any budget left')))
    .withPanel(lowest('Least budget left', 'budget', BUDGET_THRESHOLDS))
    .withPanel(lowest('Least measured', 'coverage', thresholds('orange', [0.99, 'text'])))
    .withPanel(workloads())
    .withPanel(byNamespace('Error budget remaining by namespace', 'budget'))
    .withPanel(byNamespace('Throughput by namespace', 'throughput'));
}

function summaryStat(title: string, description: string): stat.PanelBuilder {
  return new stat.PanelBuilder()
    .title(title)
    .description(description)
    .datasource(DATASOURCE)
    .withTarget(new Query({ ...CHOSEN, queryType: 'summary' }))
    .height(4)
    .span(6)
    .graphMode(common.BigValueGraphMode.None)
    .mappings(NOTHING);
}

function alerts(): stat.PanelBuilder {
  return summaryStat('Alerts that fire', 'By severity')
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['sum']).fields('/^Firing /'))
    .thresholds(thresholds('green', [1, 'red']))
    .colorMode(common.BigValueColorMode.Value)
    .textMode(common.BigValueTextMode.ValueAndName);
}

function lowest(title: string, field: string, steps: dashboard.ThresholdsConfigBuilder): stat.PanelBuilder {
  const shown: Record<string, string> = { budget: 'Error budget remaining', coverage: 'Measured' };
  return summaryStat(title, 'Of any workload and SLO')
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['min']).fields(`/^${shown[field]}$/`))
    .thresholds(steps)
    .decimals(1)
    .textMode(common.BigValueTextMode.Value);
}

function workloads(): dashboard.PanelBuilder {
  const detail =
    '/d/burnline-slo?var-datasource=${datasource}&var-slo=${__data.fields.slo}' +
    '&var-namespace=${__data.fields.namespace}&var-workload=${__data.fields.workload}';
  return new dashboard.PanelBuilder()
    .type('burnline-workloads-panel')
    .title('Workloads, the worst first')
    .datasource(DATASOURCE)
    .withTarget(new Query({ ...CHOSEN, queryType: 'workloads' }))
    .height(17)
    .span(24)
    .overrideByName('SLO', [{ id: 'links', value: [{ title: 'This SLO in detail', url: detail }] }]);
}

function byNamespace(title: string, metric: 'budget' | 'throughput'): timeseries.PanelBuilder {
  const panel = new timeseries.PanelBuilder()
    .title(title)
    .datasource(DATASOURCE)
    .withTarget(new Query({ ...CHOSEN, queryType: 'timeseries', metrics: [metric], groupBy: ['namespace'] }))
    .height(9)
    .span(12)
    .displayName('${__field.labels.namespace}, ${__field.labels.slo}')
    .fillOpacity(0)
    .legend(
      new common.VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(common.LegendDisplayMode.List)
        .placement(common.LegendPlacement.Bottom)
    )
    .tooltip(
      new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi).sort(common.SortOrder.Ascending)
    );
  return metric === 'budget'
    ? panel.description('Over the window that ends at each point').unit('percentunit').axisSoftMax(1)
    : panel.description('Events per second').unit('reqps').axisSoftMin(0);
}
