import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';

import { CHOSEN, DATASOURCE, Query, Question } from './query';

/**
 * What all of Burnline's dashboards share: the choice of the data source, links to one another, a shared crosshair. They are of
 * the classic schema: it is the one that a plugin's dashboards are imported by.
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

/** The data source of the Dashboards tab from which a dashboard is imported. Elsewhere no data source matches, and Grafana uses the first. */
export const INPUT = 'DS_BURNLINE';

/** The choice of SLOs, by name. */
export function sloVariable(many: boolean): dashboard.QueryVariableBuilder {
  const variable = variableOf('slo', 'SLO', { variable: 'slos' });
  return many ? variable.multi(true).includeAll(true).current(ALL) : variable;
}

/** The choice of the values that a label has among what the chosen SLOs count; all of them by default. */
export function labelVariable(label: string, title: string, narrowedBy: string[] = []): dashboard.QueryVariableBuilder {
  const filters = narrowedBy.map((other) => ({ label: other, op: '=~', value: `$${other}` }));
  return variableOf(label, title, { variable: 'values', label, slos: ['$slo'], filters })
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current(ALL);
}

const ALL: dashboard.VariableOption = { text: 'All', value: '$__all' };

function variableOf(name: string, title: string, query: Record<string, unknown>): dashboard.QueryVariableBuilder {
  return new dashboard.QueryVariableBuilder(name)
    .label(title)
    .datasource(DATASOURCE)
    .query({ refId: 'variable', ...query })
    .refresh(dashboard.VariableRefresh.OnTimeRangeChanged)
    .sort(dashboard.VariableSort.NaturalAsc);
}

/** What happened to the chosen workloads, drawn over the panels. */
export function happened(name: string, color: string, question: Question): dashboard.AnnotationQueryBuilder {
  return new dashboard.AnnotationQueryBuilder()
    .name(name)
    .datasource(DATASOURCE)
    .enable(true)
    .iconColor(color)
    .target(new Query({ queryType: 'annotations', filters: CHOSEN, ...question }, 'Anno'));
}

/** Steps from the lowest; the first one holds from minus infinity. */
export function thresholds(
  base: string,
  ...steps: Array<[from: number, color: string]>
): dashboard.ThresholdsConfigBuilder {
  return new dashboard.ThresholdsConfigBuilder()
    .mode(dashboard.ThresholdsMode.Absolute)
    .steps([{ value: null, color: base }, ...steps.map(([value, color]) => ({ value, color }))]);
}

/** Red where the budget is overspent, orange in its last tenth. */
export const BUDGET_THRESHOLDS = thresholds('red', [0, 'orange'], [0.1, 'green']);
