import * as barchart from '@grafana/grafana-foundation-sdk/barchart';
import * as common from '@grafana/grafana-foundation-sdk/common';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';

import {
  BUDGET_THRESHOLDS,
  burnlineDashboard,
  clusterVariable,
  labelVariable,
  sloVariable,
  Table,
  width,
} from './frame';
import { CHOSEN, DATASOURCE, Query, Question } from './query';

const PERIODS: Question = {
  queryType: 'history',
  slos: ['$slo'],
  filters: CHOSEN,
  period: '$period',
  timezone: '$timezone',
};

/** Which objectives were met, by calendar period. */
export function report(): dashboard.DashboardBuilder {
  return burnlineDashboard('burnline-report', 'Monthly report', 'Which SLOs were kept in which month, quarter or week')
    .time({ from: 'now-2M/M', to: 'now' })
    .withVariable(sloVariable(false))
    .withVariable(clusterVariable())
    .withVariable(labelVariable('namespace', 'Namespace', ['cluster']))
    .withVariable(labelVariable('workload', 'Workload', ['cluster', 'namespace']))
    .withVariable(
      new dashboard.CustomVariableBuilder('period')
        .label('Period')
        .values('month,week,quarter,year')
        .current({ text: 'month', value: 'month' })
    )
    .withVariable(
      new dashboard.TextBoxVariableBuilder('timezone')
        .label('Time zone')
        .defaultValue('UTC')
        .current({ text: 'UTC', value: 'UTC' })
    )
    .withPanel(
      bars(
        'Error budget remaining',
        'At the end of each period, all selected workloads together',
        'Error budget remaining'
      )
        .decimals(1)
        .thresholds(BUDGET_THRESHOLDS)
        .colorScheme(new dashboard.FieldColorBuilder().mode(dashboard.FieldColorModeId.Thresholds))
    )
    .withPanel(
      bars('Bad events', 'In each period, all selected workloads together', 'Bad events').colorScheme(
        new dashboard.FieldColorBuilder().mode(dashboard.FieldColorModeId.Fixed).fixedColor('orange')
      )
    )
    .withPanel(whole())
    .withPanel(workloads());
}

function bars(title: string, description: string, column: string): barchart.PanelBuilder {
  return new barchart.PanelBuilder()
    .title(title)
    .description(description)
    .datasource(DATASOURCE)
    .withTarget(new Query({ ...PERIODS, groupBy: [] }))
    .withTransformation({ id: 'filterFieldsByName', options: { include: { names: ['Period', column] } } })
    .height(8)
    .span(12)
    .xField('Period')
    .xTickLabelMaxLength(20)
    .barWidth(0.6)
    .showValue(common.VisibilityMode.Always)
    .legend(
      new common.VizLegendOptionsBuilder()
        .showLegend(false)
        .displayMode(common.LegendDisplayMode.List)
        .placement(common.LegendPlacement.Bottom)
    )
    .tooltip(new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi).sort(common.SortOrder.None));
}

function whole(): Table {
  return periods('All selected workloads together, by period', { ...PERIODS, groupBy: [] })
    .height(7)
    .span(24);
}

function workloads(): Table {
  return periods('Each workload, by period', PERIODS)
    .height(16)
    .span(24)
    .overrideByRegexp('^(Complete|Objective)$', [{ id: 'custom.hideFrom.viz', value: true }]);
}

/** A table of periods: the latest first, then the least budget. */
function periods(title: string, question: Question): Table {
  return new Table()
    .title(title)
    .datasource(DATASOURCE)
    .withTarget(new Query(question))
    .sortBy([
      new common.TableSortByFieldStateBuilder().displayName('Period').desc(true),
      new common.TableSortByFieldStateBuilder().displayName('Error budget remaining').desc(false),
    ])
    .overrideByRegexp('^(SLO|From|To|Budget left, events)$', [{ id: 'custom.hideFrom.viz', value: true }])
    .overrideByName('Complete', [
      { id: 'mappings', value: [{ type: 'value', options: { '0': { text: 'so far' }, '1': { text: 'complete' } } }] },
    ])
    .overrideByRegexp('^(SLI|Objective)$', [{ id: 'decimals', value: 3 }])
    .overrideByName('Error budget remaining', [
      ...width(116),
      { id: 'custom.cellOptions', value: { type: 'color-text' } },
      { id: 'thresholds', value: BUDGET_THRESHOLDS.build() },
      { id: 'color', value: { mode: 'thresholds' } },
      { id: 'decimals', value: 1 },
    ])
    .overrideByName('Measured', [{ id: 'decimals', value: 0 }]);
}
