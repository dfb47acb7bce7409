import { AnnotationQuery, DataSourceApi, DataTransformerConfig, FieldConfigSource, RawTimeRange } from '@grafana/data';

import { Chosen, Variables } from './templateSrv';
import { findValues } from './variableValues';

/** The parts of a dashboard's JSON that the page supports. */
export interface DashboardJSON {
  title: string;
  time?: RawTimeRange;
  __inputs?: Array<{ name: string; type: string; pluginId: string }>;
  panels: PanelJSON[];
  templating: { list: VariableJSON[] };
  annotations?: { list?: Array<AnnotationQuery & { builtIn?: number }> };
}

export interface PanelJSON {
  id: number;
  type: string;
  title?: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: Array<{ refId: string; hide?: boolean }>;
  transformations?: DataTransformerConfig[];
  fieldConfig?: FieldConfigSource;
  options?: Record<string, any>;
  /** Of a folded row. */
  panels?: PanelJSON[];
}

interface VariableJSON {
  name: string;
  type: string;
  query?: any;
  includeAll?: boolean;
  allValue?: string;
  multi?: boolean;
  current?: { value?: string | string[] };
}

/**
 * Imports a dashboard of the plugin as Grafana does: the selected data source replaces the inputs.
 */
export async function importDashboard(url: string, { uid, type }: DataSourceApi): Promise<DashboardJSON> {
  let text = await (await window.fetch(url)).text();
  for (const input of (JSON.parse(text) as DashboardJSON).__inputs ?? []) {
    if (input.type !== 'datasource' || input.pluginId !== type) {
      throw new Error(`the dashboard asks for the input ${input.name} of ${input.pluginId}, which is not there`);
    }
    text = text.replaceAll(`\${${input.name}}`, uid);
  }
  const dashboard: DashboardJSON = JSON.parse(text);
  const left = /\$\{DS_\w+\}/.exec(text);
  if (left) {
    throw new Error(`the dashboard names ${left[0]}, which is no input of it`);
  }
  return dashboard;
}

/**
 * Sets the variables in order, as a dashboard does when it opens: later ones may depend on earlier
 * ones.
 */
export async function chooseVariables(
  { templating: { list } }: DashboardJSON,
  datasource: DataSourceApi,
  range: RawTimeRange,
  variables: Variables
): Promise<void> {
  variables.chosen = {};
  for (const variable of list) {
    variables.chosen[variable.name] = await choose(variable, datasource, range);
  }
}

async function choose(variable: VariableJSON, datasource: DataSourceApi, range: RawTimeRange): Promise<Chosen> {
  const { type, query, includeAll, allValue, multi = false, current } = variable;
  const saved = [current?.value ?? []].flat();
  if (type === 'datasource') {
    return { values: [datasource.uid], multi };
  }
  if (type !== 'query') {
    return { values: saved.length > 0 ? saved : [String(query ?? '').split(',')[0]], multi };
  }
  const found = (await findValues(datasource, query, range)).map(({ text }) => text);
  if (includeAll && saved.includes('$__all')) {
    return allValue ? { values: found, multi: true, all: allValue } : { values: found, multi: true };
  }
  const kept = saved.filter((value) => found.includes(value));
  return { values: kept.length > 0 ? kept : found.slice(0, 1), multi };
}
