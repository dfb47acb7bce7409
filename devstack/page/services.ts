import {
  DataSourceApi,
  DataSourceInstanceSettings,
  DataTransformerConfig,
  DataTransformerInfo,
  booleanOverrideProcessor,
  displayNameOverrideProcessor,
  identityOverrideProcessor,
  numberOverrideProcessor,
  standardEditorsRegistry,
  standardFieldConfigEditorRegistry,
  standardTransformers,
  standardTransformersRegistry,
  thresholdsOverrideProcessor,
  unitOverrideProcessor,
  valueMappingsOverrideProcessor,
} from '@grafana/data';
import {
  DataSourceSrv,
  EchoSrv,
  config,
  setBackendSrv,
  setDataSourceSrv,
  setEchoSrv,
  setPluginImportUtils,
  setTemplateSrv,
} from '@grafana/runtime';

import { createBackendSrv } from './backendSrv';
import { Variables } from './templateSrv';

/** The current data source of the page. Saved settings replace it. */
export interface Current {
  datasource?: DataSourceApi;
  settings?: DataSourceInstanceSettings;
  variables: Variables;
}

export function makeCurrent(current: Current, settings: DataSourceInstanceSettings, datasource: DataSourceApi) {
  Object.assign(current, { settings, datasource });
}

/**
 * Provides the services of Grafana's frontend to the plugins, for a Grafana with one data source
 * and no dashboards.
 */
export function startServices(current: Current) {
  setBackendSrv(createBackendSrv());
  setRights();
  setTemplateSrv(current.variables);
  setEchoSrv({ flush: () => {}, addBackend: () => {}, addEvent: () => {} } as EchoSrv);
  setPluginImportUtils({
    importPanelPlugin: () => Promise.reject(new Error('the demo page has one panel plugin only')),
    getPanelPluginFromCache: () => undefined,
  });
  setDataSourceSrv(onlyDataSource(current));
  standardEditorsRegistry.setInit(() =>
    ['boolean', 'multi-select', 'radio', 'select', 'text', 'number'].map((id) => ({ id, name: id, editor: noEditor }))
  );
  standardFieldConfigEditorRegistry.setInit(standardFieldConfig);
  standardTransformersRegistry.setInit(() =>
    transformers.map((transformation) => ({
      ...transformation,
      name: transformation.id,
      transformation: bothWays(transformation),
      editor: noEditor,
      imageDark: '',
      imageLight: '',
    }))
  );
}

/**
 * Sets the visitor's permissions by `rights` in the URL: `none` is a viewer with access to dashboards
 * only, `public` is a visitor of a public dashboard.
 */
function setRights() {
  const rights = new URLSearchParams(window.location.search).get('rights');
  const permissions: Record<string, boolean> = { 'dashboards:read': rights !== 'public' };
  if (!rights) {
    for (const action of ['datasources:explore', 'alert.rules:read', 'alert.silences:create']) {
      permissions[action] = true;
    }
  }
  config.exploreEnabled = true;
  config.bootData = { ...config.bootData, user: { ...config.bootData?.user, permissions } };
  config.publicDashboardAccessToken = rights === 'public' ? 'token' : undefined;
}

/** Grafana 12 accepts a transformation, 13 a function that loads one. */
function bothWays(transformation: DataTransformerInfo) {
  const { id, operator, defaultOptions } = transformation;
  return Object.assign(() => Promise.resolve(transformation), { id, operator, defaultOptions });
}

const transformers: DataTransformerInfo[] = [
  standardTransformers.organizeFieldsTransformer,
  standardTransformers.filterFieldsByNameTransformer,
  standardTransformers.calculateFieldTransformer,
  standardTransformers.filterByValueTransformer,
];

const have = new Set(transformers.map(({ id }) => id));

/** A part of Grafana that is in no package. It sets thresholds of a field, and changes no value. */
const ABSENT = 'configFromData';

/**
 * The panel's transformations that the page supports. It throws for others, as results would differ
 * from Grafana's.
 */
export function doable(transformations: DataTransformerConfig[]): DataTransformerConfig[] {
  const lacking = transformations.find(({ id }) => !have.has(id) && id !== ABSENT);
  if (lacking) {
    throw new Error(`The page lacks the transformation ${lacking.id}: add it in devstack/page/services.ts`);
  }
  return transformations.filter(({ id }) => have.has(id));
}

const noEditor = () => null;

function onlyDataSource(current: Current): DataSourceSrv {
  return {
    get: async () => {
      if (!current.datasource) {
        throw new Error('the data source is not loaded yet');
      }
      return current.datasource;
    },
    getList: (filters) =>
      current.settings && (!filters?.type || filters.type === current.settings.type) ? [current.settings] : [],
    getInstanceSettings: () => current.settings,
    reload: () => {},
    registerRuntimeDataSource: () => {},
  };
}

/** The standard field options for the panel's defaults and the frames' own configs. */
function standardFieldConfig() {
  const item = (id: string, process: (...args: any[]) => any, extra = {}) => ({
    id,
    path: id,
    name: id,
    description: id,
    editor: noEditor,
    override: noEditor,
    process,
    shouldApply: () => true,
    getItemsCount: () => 0,
    settings: {},
    ...extra,
  });
  return [
    item('unit', unitOverrideProcessor),
    item('min', numberOverrideProcessor),
    item('max', numberOverrideProcessor),
    item('decimals', numberOverrideProcessor),
    item('displayName', displayNameOverrideProcessor),
    item('noValue', identityOverrideProcessor),
    item('links', identityOverrideProcessor),
    item('color', identityOverrideProcessor, { defaultValue: { mode: 'thresholds' } }),
    item('thresholds', thresholdsOverrideProcessor),
    item('mappings', valueMappingsOverrideProcessor),
    item('fieldMinMax', booleanOverrideProcessor),
  ];
}
