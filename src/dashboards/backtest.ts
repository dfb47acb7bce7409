import * as bargauge from '@grafana/grafana-foundation-sdk/bargauge';
import * as common from '@grafana/grafana-foundation-sdk/common';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import * as statetimeline from '@grafana/grafana-foundation-sdk/statetimeline';
import * as text from '@grafana/grafana-foundation-sdk/text';

import {
  ALL,
  burnlineDashboard,
  happened,
  clusterVariable,
  labelVariable,
  PALETTE,
  sloVariable,
  Table,
  width,
} from './frame';
import { CHOSEN, DATASOURCE, Query, type Question } from './query';

type Frame = 'policies' | 'incidents' | 'states';

/** Which alert policy would have paged whom, and when, over the time range. */
export function backtest(): dashboard.DashboardBuilder {
  return burnlineDashboard(
    'burnline-backtest',
    'Alert policy backtest',
    'Each alert policy replayed over the time range, against the same incidents'
  )
    .time({ from: 'now-30d', to: 'now' })
    .withVariable(sloVariable(true))
    .withVariable(
      new dashboard.QueryVariableBuilder('policy')
        .label('Policy')
        .datasource(DATASOURCE)
        .query({ refId: 'variable', variable: 'policies' })
        .refresh(dashboard.VariableRefresh.OnDashboardLoad)
        .multi(true)
        .includeAll(true)
        .current(ALL)
    )
    .withVariable(clusterVariable())
    .withVariable(labelVariable('namespace', 'Namespace', ['cluster']))
    .withVariable(labelVariable('workload', 'Workload', ['cluster', 'namespace']))
    .annotation(happened('Spent budgets', 'orange', { slos: ['$slo'], annotations: ['budget'] }).enable(false))
    .annotation(happened('Rollouts', 'blue', { slos: ['$slo'], annotations: ['rollouts'] }).enable(false))
    .withPanel(guide())
    .withPanel(
      listOf('Policies over all workloads', 'policies')
        .description('Medians cover the detected incidents. An incident spends at least 1 % of the budget.')
        .overrideByRegexp('^(Groups|Pages)$', [{ id: 'custom.hideFrom.viz', value: true }])
        .height(8)
    )
    .withPanel(barsOf('Pages per week', 'Pages per week').color('blue'))
    .withPanel(barsOf('Median budget spent before the first alert', 'Median budget spent before').color('orange'))
    .withPanel(states())
    .withPanel(
      listOf('Incidents, and their detection by each policy', 'incidents')
        .overrideByRegexp('^(To|Detected)$', [{ id: 'custom.hideFrom.viz', value: true }])
        .overrideByName('SLO', width(96))
        .overrideByName('namespace', width(92))
        .overrideByName('workload', [{ id: 'custom.minWidth', value: 120 }])
        .overrideByName('Policy', width(124))
        .overrideByName('First severity', [...width(100), { id: 'mappings', value: UNDETECTED }])
        .height(12)
    );
}

const UNDETECTED: dashboard.ValueMapping[] = [
  {
    type: dashboard.MappingType.SpecialValue,
    options: { match: dashboard.SpecialValueMatch.Empty, result: { text: 'not detected', color: 'text' } },
  },
];

function replay(...frames: Frame[]): Query {
  const question: Question = { slos: ['$slo'], filters: CHOSEN, queryType: 'backtest' };
  return new Query({ ...question, backtest: { policies: ['$policy'], frames } });
}

function guide(): text.PanelBuilder {
  return new text.PanelBuilder()
    .transparent(true)
    .mode(text.TextMode.Markdown)
    .content(
      '**Which policy fits?** Few *pages per week*, and none *without an incident*, let people rest. ' +
        'A short *time to detect*, little *budget spent before* and no long *silence* protect the objective. ' +
        'A policy that detects incidents when half of the budget is spent is too slow.'
    )
    .height(2)
    .span(24);
}

function listOf(title: string, frame: Frame): Table {
  return new Table()
    .title(title)
    .datasource(DATASOURCE)
    .withTarget(replay(frame))
    .span(24)
    .cellHeight(common.TableCellHeight.Sm)
    .noValue('–');
}

/** A bar for each SLO and policy. */
class Bars extends bargauge.PanelBuilder {
  color(fixedColor: string): this {
    return this.colorScheme(
      new dashboard.FieldColorBuilder().mode(dashboard.FieldColorModeId.Fixed).fixedColor(fixedColor)
    );
  }
}

function barsOf(title: string, column: string): Bars {
  return new Bars()
    .title(title)
    .datasource(DATASOURCE)
    .withTarget(replay('policies'))
    .withTransformation({ id: 'filterFieldsByName', options: { include: { names: ['SLO', 'Policy', column] } } })
    .height(7)
    .span(12)
    .orientation(common.VizOrientation.Horizontal)
    .displayMode(common.BarGaugeDisplayMode.Basic)
    .valueMode(common.BarGaugeValueMode.Color)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(true))
    .displayName('${__data.fields.policy}, ${__data.fields.slo}')
    .min(0)
    .decimals(1)
    .noValue('–');
}

function states(): statetimeline.PanelBuilder {
  return new statetimeline.PanelBuilder()
    .title('State by each policy')
    .description("The worst state of the policy's alerts, without regard to the budget that is left")
    .datasource(DATASOURCE)
    .withTarget(replay('states'))
    .height(16)
    .span(24)
    .colorScheme(PALETTE)
    .mergeValues(true)
    .showValue(common.VisibilityMode.Never)
    .rowHeight(0.8)
    .perPage(24)
    .fillOpacity(80)
    .lineWidth(0)
    .legend(
      new common.VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(common.LegendDisplayMode.List)
        .placement(common.LegendPlacement.Bottom)
    );
}
