import { DataSourceApi, DataSourceInstanceSettings, RawTimeRange } from '@grafana/data';

import { Plugins } from './pluginLoader';
import { Variables } from './templateSrv';

/** The properties of every page of the demo. */
export interface PageProps {
  plugins: Plugins;
  datasource: DataSourceApi;
  settings: DataSourceInstanceSettings;
  onSaved: (settings: DataSourceInstanceSettings) => void;
  range: RawTimeRange;
  /** Number of refreshes. */
  refresh: number;
  timeZone: string;
  /** The template variables of the current dashboard. */
  variables: Variables;
}
