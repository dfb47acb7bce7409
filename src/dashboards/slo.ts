import * as common from '@grafana/grafana-foundation-sdk/common';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';

import {
  breakdownTable,
  BUDGET_THRESHOLDS,
  burnlineDashboard,
  graph,
  happened,
  clusterVariable,
  labelVariable,
  PALETTE,
  sloVariable,
  Table,
  thresholds,
} from './frame';
import { CHOSEN, DATASOURCE, Query, Question, WHOLE } from './query';

/** One SLO: its remaining budget, burn rates, and breakdown. */
export function slo(): dashboard.DashboardBuilder {
  return (
    burnlineDashboard(
      'burnline-slo',
      'SLO in detail',
      'One SLO: its budget, burn rates, events, latency, and what spent it'
    )
      .time({ from: 'now-7d', to: 'now' })
      .refresh('1m')
      .withVariable(sloVariable(false))
      .withVariable(clusterVariable())
      .withVariable(labelVariable('namespace', 'Namespace', ['cluster']))
      .withVariable(labelVariable('workload', 'Workload', ['cluster', 'namespace']))
      .withVariable(
        new dashboard.QueryVariableBuilder('label')
          .label('Breakdown by')
          .datasource(DATASOURCE)
          .query({ refId: 'variable', variable: 'labels', slos: ['$slo'] })
          .refresh(dashboard.VariableRefresh.OnDashboardLoad)
          .multi(true)
          .current({ text: ['code'], value: ['code'] })
      )
      .annotation(
        happened('Alerts, spent budgets and exclusions', 'red', {
          slos: ['$slo'],
          annotations: ['firing', 'budget', 'exclusions'],
        })
      )
      // Off by default: rollouts of all workloads would hide the lines.
      .annotation(happened('Rollouts', 'blue', { annotations: ['rollouts'] }).enable(false))
      .withPanel(numbers().id(NUMBERS))
      .withPanel(details())
      .withPanel(
        over(
          'Error budget remaining',
          'All selected workloads together, over the window that ends at each point',
          'budget'
        )
          .id(2)
          .unit('percentunit')
          .decimals(1)
          .axisSoftMax(1)
          .axisSoftMin(0)
          .fillOpacity(12)
          .thresholds(thresholds('transparent', [0, 'red']))
          .thresholdsStyle(thresholdLine())
          .displayName('${__field.labels.slo}')
      )
      .withPanel(burnRates().id(3))
      .withPanel(events().id(4))
      .withPanel(p95().id(5))
      .withPanel(
        over('Throughput', 'Events per second of all selected workloads', 'throughput')
          .id(6)
          .unit('reqps')
          .axisSoftMin(0)
          .displayName('${__field.labels.slo}')
      )
      .withPanel(
        breakdownTable('What spent the budget', 'The label values with the most bad events in the window of the SLO', {
          ...WHOLE,
          burners: { by: ['$label'], top: 20 },
        })
          .id(8)
          .height(9)
          .span(12)
      )
      .withPanel(workloads().id(9))
  );
}

/** The columns shown large, in a table of one row. */
const BIG = ['State', 'Error budget remaining', 'SLI'];
const SMALL = ['Objective', 'Budget left, minutes', 'Exhausted in', 'p95', 'Throughput', 'Measured'];

function numbers(): stat.PanelBuilder {
  return new stat.PanelBuilder()
    .title('Now, all workloads together')
    .description('A workload can be worse: see the table at the end')
    .datasource(DATASOURCE)
    .withTarget(new Query({ ...WHOLE, queryType: 'summary' }))
    .height(5)
    .span(10)
    .graphMode(common.BigValueGraphMode.None)
    .colorMode(common.BigValueColorMode.Value)
    .textMode(common.BigValueTextMode.ValueAndName)
    .text(new common.VizTextDisplayOptionsBuilder().titleSize(14).valueSize(26))
    .orientation(common.VizOrientation.Vertical)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']).fields(`/^(${BIG.join('|')})$/`))
    .noValue('–')
    .thresholds(thresholds('text'))
    .overrideByName('Error budget remaining', [
      { id: 'thresholds', value: BUDGET_THRESHOLDS.build() },
      { id: 'decimals', value: 1 },
    ]);
}

function details(): Table {
  return new Table(0)
    .id(NUMBERS + 100)
    .title('Details')
    .description('All selected workloads together')
    .datasource(DATASOURCE)
    .withTarget(new Query({ ...WHOLE, queryType: 'summary' }))
    .withTransformation({
      id: 'filterFieldsByName',
      options: { include: { pattern: `^(${SMALL.join('|')})$` } },
    })
    .height(5)
    .span(14)
    .noValue('–');
}

/** The id (and position) of the panel with the numbers. Alert rules link to panel 3. */
const NUMBERS = 1;

function over(
  title: string,
  description: string,
  ...metrics: NonNullable<Question['metrics']>
): timeseries.PanelBuilder {
  return graph(title, description, { ...WHOLE, queryType: 'timeseries', metrics }).height(9);
}

function thresholdLine(): common.GraphThresholdsStyleConfigBuilder {
  return new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.Dashed);
}

function burnRates(): timeseries.PanelBuilder {
  return over(
    'Burn rates',
    'All selected workloads together. Dashed: the threshold of the alert with the shortest window',
    'burn'
  )
    .axisSoftMin(0)
    .thresholdsStyle(thresholdLine())
    .colorScheme(PALETTE)
    .displayName('${__field.labels.window}');
}

function events(): timeseries.PanelBuilder {
  return over('Events', 'In the step that ends at each point; bad ones on the right axis', 'events', 'bad')
    .unit('short')
    .axisSoftMin(0)
    .drawStyle(common.GraphDrawStyle.Bars)
    .fillOpacity(60)
    .lineWidth(0)
    .overrideByRegexp('/^events/', [
      { id: 'displayName', value: 'all' },
      { id: 'color', value: { mode: 'fixed', fixedColor: 'blue' } },
    ])
    .overrideByRegexp('/^bad/', [
      { id: 'displayName', value: 'bad' },
      { id: 'color', value: { mode: 'fixed', fixedColor: 'red' } },
      { id: 'custom.axisPlacement', value: 'right' },
    ]);
}

function p95(): timeseries.PanelBuilder {
  return over('p95', 'Dashed: the target', 'p95')
    .unit('s')
    .axisSoftMin(0)
    .thresholdsStyle(thresholdLine())
    .colorScheme(PALETTE)
    .displayName('${__field.labels.slo}');
}

function workloads(): dashboard.PanelBuilder {
  return new dashboard.PanelBuilder()
    .type('burnline-workloads-panel')
    .title('Workloads')
    .datasource(DATASOURCE)
    .withTarget(new Query({ slos: ['$slo'], filters: CHOSEN, queryType: 'summary' }))
    .height(12)
    .span(24)
    .options({ density: 'compact', columns: ['budget', 'burn', 'forecast', 'p95', 'throughput', 'sli', 'events'] });
}
