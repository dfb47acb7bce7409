import * as common from '@grafana/grafana-foundation-sdk/common';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';

import { countExhausted, countFiring, countOf } from './counts';
import {
  BUDGET_THRESHOLDS,
  burnlineDashboard,
  graph,
  clusterVariable,
  labelVariable,
  sloLabelVariable,
  sloVariable,
  thresholds,
} from './frame';
import { CHOSEN as CHOSEN_PLACES, DATASOURCE, Query, Question } from './query';

const CHOSEN: Pick<Question, 'slos' | 'filters'> = {
  slos: ['$slo'],
  filters: CHOSEN_PLACES.filter(({ label }) => label !== 'workload'),
};

/** All workloads, the most urgent first. */
export function fleet(): dashboard.DashboardBuilder {
  return burnlineDashboard(
    'burnline-fleet',
    'Fleet overview',
    'Error budget, burn rates, p95 and throughput of every workload, worst first'
  )
    .time({ from: 'now-24h', to: 'now' })
    .refresh('1m')
    .withVariable(sloLabelVariable('team', 'Team'))
    .withVariable(sloLabelVariable('service', 'Service', ['team']))
    .withVariable(sloVariable(true, ['team', 'service']))
    .withVariable(clusterVariable())
    .withVariable(labelVariable('namespace', 'Namespace', ['cluster']))
    .withPanel(countFiring(countOf(ROWS, 'Firing alerts', 'Rows of the table below, by severity')).span(6))
    .withPanel(countExhausted(countOf(ROWS, 'Exhausted', 'Rows of the table below without any budget left')).span(6))
    .withPanel(lowest('Lowest budget', 'Error budget remaining', BUDGET_THRESHOLDS))
    .withPanel(lowest('Lowest coverage', 'Measured', thresholds('orange', [0.99, 'text'])))
    .withPanel(workloads())
    .withPanel(byNamespace('Error budget remaining by namespace', 'budget'))
    .withPanel(byNamespace('Throughput by namespace', 'throughput'));
}

/** Id (and position) of the panel with the result that the numbers use, too. */
const ROWS = 5;

function lowest(title: string, column: string, steps: dashboard.ThresholdsConfigBuilder): stat.PanelBuilder {
  return countOf(ROWS, title)
    .span(6)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['min']).fields(`/^${column}$/`))
    .thresholds(steps)
    .decimals(1)
    .textMode(common.BigValueTextMode.Value);
}

function workloads(): dashboard.PanelBuilder {
  const row =
    '?var-datasource=${datasource}&var-slo=${__data.fields.slo}' +
    '&var-cluster=${__data.fields.cluster}&var-namespace=${__data.fields.namespace}&var-workload=${__data.fields.workload}&${__url_time_range}';
  return new dashboard.PanelBuilder()
    .type('burnline-workloads-panel')
    .title('SLOs by workload')
    .datasource(DATASOURCE)
    .withTarget(new Query({ ...CHOSEN, queryType: 'summary' }))
    .height(17)
    .span(24)
    .overrideByName('SLO', [
      {
        id: 'links',
        value: [
          { title: 'SLO in detail', url: `/d/burnline-slo${row}` },
          { title: 'What spent the budget', url: `/d/burnline-spent${row}` },
        ],
      },
    ]);
}

function byNamespace(title: string, metric: 'budget' | 'throughput'): timeseries.PanelBuilder {
  const panel = graph(title, '', { ...CHOSEN, queryType: 'timeseries', metrics: [metric], groupBy: ['namespace'] })
    .height(9)
    .displayName('${__field.labels.namespace}, ${__field.labels.slo}');
  return metric === 'budget'
    ? panel
        .description('All workloads of the namespace together, over the window that ends at each point')
        .unit('percentunit')
        .axisSoftMax(1)
        .tooltip(
          new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi).sort(common.SortOrder.Ascending)
        )
    : panel.description('Events per second').unit('reqps').axisSoftMin(0);
}
