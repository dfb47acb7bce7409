import * as common from '@grafana/grafana-foundation-sdk/common';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';

import {
  breakdownTable,
  burnlineDashboard,
  happened,
  clusterVariable,
  labelVariable,
  sloVariable,
  Table,
  width,
} from './frame';
import { CHOSEN, DATASOURCE, Query, WHOLE } from './query';

/** The changes around the bad events of one SLO, and the versions, routes, codes and pods that have them. */
export function spent(): dashboard.DashboardBuilder {
  return burnlineDashboard(
    'burnline-spent',
    'What spent the budget',
    'One SLO: its bad events, the changes around them, and the versions, routes, codes and pods that have them'
  )
    .time({ from: 'now-24h', to: 'now' })
    .refresh('5m')
    .withVariable(sloVariable(false))
    .withVariable(clusterVariable())
    .withVariable(labelVariable('namespace', 'Namespace', ['cluster']))
    .withVariable(labelVariable('workload', 'Workload', ['cluster', 'namespace']))
    .withVariable(splitVariable('route', 'First label', 'handler', dashboard.VariableSort.NaturalDesc))
    .withVariable(splitVariable('code', 'Second label', 'code', dashboard.VariableSort.NaturalAsc))
    .annotation(happened('Alerts', 'red', { slos: ['$slo'], annotations: ['firing'] }))
    .annotation(
      happened('Changes', 'blue', {
        slos: ['$slo'],
        annotations: ['exclusions', 'rollouts', 'config', 'restarts', 'nodes', 'scaling'],
      })
    )
    .withPanel(badEvents())
    .withPanel(failingRequests())
    .withPanel(changes())
    .withPanel(breakdown('By version', 'The ReplicaSet, the ControllerRevision or the version label', 'revision'))
    .withPanel(breakdown('By $route', 'The label is selected above', '$route'))
    .withPanel(breakdown('By $code', 'The label is selected above', '$code'))
    .withPanel(breakdown('By pod', 'Pods that are gone, too', 'pod'));
}

/** A label of the counted series to split by. Without `label`, Grafana selects the first, so that two orders differ. */
function splitVariable(
  name: string,
  title: string,
  label: string,
  sort: dashboard.VariableSort
): dashboard.QueryVariableBuilder {
  return new dashboard.QueryVariableBuilder(name)
    .label(title)
    .datasource(DATASOURCE)
    .query({ refId: 'variable', variable: 'labels', slos: ['$slo'] })
    .refresh(dashboard.VariableRefresh.OnDashboardLoad)
    .regex('/^(?!.*_type$)/')
    .sort(sort)
    .current({ text: label, value: label });
}

function badEvents(): timeseries.PanelBuilder {
  return new timeseries.PanelBuilder()
    .title('Bad events')
    .description('In the step that ends at each point, of all selected workloads together')
    .datasource(DATASOURCE)
    .withTarget(new Query({ ...WHOLE, queryType: 'timeseries', metrics: ['bad'] }))
    .height(8)
    .span(24)
    .unit('short')
    .axisSoftMin(0)
    .drawStyle(common.GraphDrawStyle.Bars)
    .fillOpacity(60)
    .lineWidth(0)
    .displayName('bad')
    .colorScheme(new dashboard.FieldColorBuilder().mode(dashboard.FieldColorModeId.Fixed).fixedColor('red'));
}

/** A graph requires ascending times. */
function failingRequests(): timeseries.PanelBuilder {
  return new timeseries.PanelBuilder()
    .title('Failing requests')
    .description('Exemplars of bad events at their latency, or at 1 for a counter. A click opens the trace.')
    .datasource(DATASOURCE)
    .withTarget(new Query({ ...WHOLE, queryType: 'exemplars' }))
    .withTransformation({ id: 'sortBy', options: { sort: [{ field: 'Time', desc: false }] } })
    .height(7)
    .span(24)
    .axisSoftMin(0)
    .drawStyle(common.GraphDrawStyle.Points)
    .pointSize(7)
    .legend(new common.VizLegendOptionsBuilder().showLegend(false))
    .colorScheme(new dashboard.FieldColorBuilder().mode(dashboard.FieldColorModeId.Fixed).fixedColor('orange'));
}

function changes(): Table {
  return new Table()
    .title('Changes, the likeliest cause first')
    .description('Likelihoods are estimates from the bad events before and after each change')
    .datasource(DATASOURCE)
    .withTarget(new Query({ slos: ['$slo'], filters: CHOSEN, queryType: 'changes', changes: { top: 10 } }))
    .height(9)
    .span(24)
    .withTransformation({ id: 'sortBy', options: { sort: [{ field: 'Bad events explained', desc: true }] } })
    .overrideByRegexp(
      '^(SLO|cluster|namespace|workload|End|Kind|Bad events|Revision|Image|Above a week.*|.*by the revision)$',
      [{ id: 'custom.hideFrom.viz', value: true }]
    )
    .overrideByName('Change', width(120))
    .overrideByName('Details', [{ id: 'custom.minWidth', value: 200 }])
    .overrideByName('Likely cause', [
      ...width(80),
      {
        id: 'mappings',
        value: [
          {
            type: 'value',
            options: {
              likely: { color: 'red', index: 0, text: 'likely' },
              possible: { color: 'orange', index: 1, text: 'possible' },
              unlikely: { color: 'text', index: 2, text: 'unlikely' },
            },
          },
        ],
      },
      { id: 'custom.cellOptions', value: { type: 'color-text' } },
    ])
    .overrideByName('Budget spent since', [{ id: 'decimals', value: 1 }])
    .overrideByRegexp('^(Bad events explained|Above the hour before)$', [{ id: 'decimals', value: 0 }]);
}

function breakdown(title: string, description: string, label: string): Table {
  return breakdownTable(title, description, { ...WHOLE, burners: { by: [label], top: 10 } }).span(12);
}
