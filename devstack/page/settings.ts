import { DataSourceInstanceSettings, DataSourceSettings } from '@grafana/data';
import { getBackendSrv } from '@grafana/runtime';

const PATH = '/api/demo/settings';

export function loadSettings(): Promise<DataSourceInstanceSettings> {
  return getBackendSrv().get(PATH);
}

/**
 * Saves settings as Grafana's "Save & test" does. Returns the settings that a reload of the page
 * would load.
 */
export function saveSettings({
  url,
  jsonData,
  secureJsonData,
}: DataSourceSettings): Promise<DataSourceInstanceSettings> {
  return getBackendSrv().put(PATH, { url, jsonData, secureJsonData });
}

/** The settings in the format of a config editor. */
export function editable(settings: DataSourceInstanceSettings): DataSourceSettings {
  return {
    id: 1,
    orgId: 1,
    uid: settings.uid,
    name: settings.name,
    type: settings.type,
    typeName: settings.meta.name,
    typeLogoUrl: '',
    access: 'proxy',
    url: settings.url ?? '',
    user: '',
    database: '',
    basicAuth: false,
    basicAuthUser: '',
    withCredentials: false,
    isDefault: true,
    readOnly: false,
    jsonData: settings.jsonData,
    secureJsonFields: {},
    version: 1,
  };
}
