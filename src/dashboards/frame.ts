import * as common from '@grafana/grafana-foundation-sdk/common';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import * as table from '@grafana/grafana-foundation-sdk/table';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';

import { CHOSEN, DATASOURCE, type Filter, Query, Question } from './query';

/**
 * Common parts of all dashboards: the data source variable, links to each other, a shared
 * crosshair. They use the classic schema, in which Grafana imports dashboards of plugins.
 */
export function burnlineDashboard(uid: string, title: string, description: string): dashboard.DashboardBuilder {
  return new dashboard.DashboardBuilder(`Burnline: ${title}`)
    .uid(uid)
    .description(description)
    .tags(['burnline', 'slo'])
    .editable()
    .timezone('browser')
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .link(
      new dashboard.DashboardLinkBuilder('Burnline')
        .type(dashboard.DashboardLinkType.Dashboards)
        .tags(['burnline'])
        .asDropdown(true)
        .includeVars(true)
        .keepTime(true)
    )
    .withVariable(
      new dashboard.DatasourceVariableBuilder('datasource')
        .label('Data source')
        .type(DATASOURCE.type)
        .current({ text: `\${${INPUT}}`, value: `\${${INPUT}}` })
    );
}

/**
 * The data source input that the Dashboards tab fills in. Elsewhere no data source matches, and
 * Grafana uses the first.
 */
export const INPUT = 'DS_BURNLINE';

/** A variable of SLO names, restricted by the SLOs' own labels. */
export function sloVariable(many: boolean, narrowedBy: string[] = []): dashboard.QueryVariableBuilder {
  const variable = variableOf('slo', 'SLO', { variable: 'slos', filters: chosen(narrowedBy) });
  return many ? variable.multi(true).includeAll(true).current(ALL) : variable;
}

/**
 * A variable of the values of a label in the series of the selected SLOs; all of them by default.
 */
export function labelVariable(label: string, title: string, narrowedBy: string[] = []): dashboard.QueryVariableBuilder {
  return all(variableOf(label, title, { variable: 'values', label, slos: ['$slo'], filters: chosen(narrowedBy) }));
}

/** The clusters of the selected SLOs. The variable is hidden while there is only one. */
export function clusterVariable(): dashboard.QueryVariableBuilder {
  return all(
    variableOf('cluster', 'Cluster', { variable: 'values', label: 'cluster', slos: ['$slo'], hideSingle: true })
  );
}

/** The choice of the values of a label that the catalog gives to SLOs, for example of a team. */
export function sloLabelVariable(
  label: string,
  title: string,
  narrowedBy: string[] = []
): dashboard.QueryVariableBuilder {
  return all(variableOf(label, title, { variable: 'sloLabel', label, filters: chosen(narrowedBy) }));
}

function all(variable: dashboard.QueryVariableBuilder): dashboard.QueryVariableBuilder {
  return variable.multi(true).includeAll(true).allValue('.*').current(ALL);
}

/** Filters by other variables, with the names of their labels. */
export function chosen(variables: string[]): Filter[] {
  return variables.map((label) => ({ label, op: '=~', value: `$${label}` }));
}

/** The choice of every value. */
export const ALL: dashboard.VariableOption = { text: 'All', value: '$__all' };

function variableOf(name: string, title: string, query: Record<string, unknown>): dashboard.QueryVariableBuilder {
  return new dashboard.QueryVariableBuilder(name)
    .label(title)
    .datasource(DATASOURCE)
    .query({ refId: 'variable', ...query })
    .refresh(dashboard.VariableRefresh.OnTimeRangeChanged)
    .sort(dashboard.VariableSort.NaturalAsc);
}

/** Annotations of the selected workloads. */
export function happened(name: string, color: string, question: Question): dashboard.AnnotationQueryBuilder {
  return new dashboard.AnnotationQueryBuilder()
    .name(name)
    .datasource(DATASOURCE)
    .enable(true)
    .iconColor(color)
    .target(new Query({ queryType: 'annotations', filters: CHOSEN, ...question }, 'Anno'));
}

/** Lines over time with their last values, in half of the width. */
export function graph(title: string, description: string, query: Question): timeseries.PanelBuilder {
  return new timeseries.PanelBuilder()
    .title(title)
    .description(description)
    .datasource(DATASOURCE)
    .withTarget(new Query(query))
    .height(8)
    .span(12)
    .fillOpacity(0)
    .legend(legendOf('lastNotNull'))
    .tooltip(
      new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi).sort(common.SortOrder.Descending)
    );
}

/** A list below the graph, with one number for each line. */
export function legendOf(calc: 'lastNotNull' | 'sum' | 'max'): common.VizLegendOptionsBuilder {
  return new common.VizLegendOptionsBuilder()
    .showLegend(true)
    .displayMode(common.LegendDisplayMode.List)
    .placement(common.LegendPlacement.Bottom)
    .calcs([calc]);
}

/** Colors of lines by their position. */
export const PALETTE = new dashboard.FieldColorBuilder().mode(dashboard.FieldColorModeId.PaletteClassic);

/** The label values that spent the budget of a query. */
export function breakdownTable(title: string, description: string, query: Question): Table {
  return new Table()
    .title(title)
    .description(description)
    .datasource(DATASOURCE)
    .withTarget(new Query({ queryType: 'burners', ...query }))
    .height(8)
    .overrideByRegexp('^(SLO|Values in this row|Share of bad events|Events)$', [
      { id: 'custom.hideFrom.viz', value: true },
    ])
    .overrideByName('Budget spent', [
      { id: 'custom.width', value: 120 },
      { id: 'custom.cellOptions', value: { type: 'gauge', mode: 'basic' } },
      { id: 'min', value: 0 },
      { id: 'max', value: 1 },
      { id: 'decimals', value: 1 },
      { id: 'color', value: { mode: 'fixed', fixedColor: 'orange' } },
    ])
    .overrideByName('Error ratio', [{ id: 'decimals', value: 3 }]);
}

/**
 * A table that scrolls sideways before it cuts off digits: "1.66 MB/s" must not read ".66 MB/s".
 * Headers and long texts wrap. Columns of texts share what numbers and times leave.
 */
export class Table extends table.PanelBuilder {
  /** Zero shares the width equally. */
  constructor(private readonly numberWidth = 84) {
    super();
  }

  build(): dashboard.Panel {
    const panel = super.build();
    const { defaults, overrides } = panel.fieldConfig ?? { defaults: {}, overrides: [] };
    const custom = { ...defaults.custom, minWidth: 84, wrapHeaderText: true };
    const columns = [
      ofType('number', 'width', this.numberWidth),
      ofType('time', 'width', this.numberWidth && 156),
      ofType('string', 'wrapText', true),
    ];
    return { ...panel, fieldConfig: { defaults: { ...defaults, custom }, overrides: [...columns, ...overrides] } };
  }
}

/** A property of all columns of a type. */
function ofType(
  options: string,
  property: string,
  value: unknown
): NonNullable<dashboard.Panel['fieldConfig']>['overrides'][number] {
  return { matcher: { id: 'byType', options }, properties: [{ id: `custom.${property}`, value }] };
}

/** The override of a column's width in pixels. */
export function width(value: number): dashboard.DynamicConfigValue[] {
  return [{ id: 'custom.width', value }];
}

/** Thresholds in ascending order. The first one starts at minus infinity. */
export function thresholds(
  base: string,
  ...steps: Array<[from: number, color: string]>
): dashboard.ThresholdsConfigBuilder {
  return new dashboard.ThresholdsConfigBuilder()
    .mode(dashboard.ThresholdsMode.Absolute)
    .steps([{ value: null, color: base }, ...steps.map(([value, color]) => ({ value, color }))]);
}

/** Red if the budget is overspent, orange in its last tenth. */
export const BUDGET_THRESHOLDS = thresholds('red', [0, 'orange'], [0.1, 'green']);
