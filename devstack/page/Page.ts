import { DataSourceApi, DataSourceInstanceSettings, RawTimeRange } from '@grafana/data';

import { Plugins } from './pluginLoader';
import { Variables } from './templateSrv';

/** What every page of the demo gets. */
export interface PageProps {
  plugins: Plugins;
  datasource: DataSourceApi;
  settings: DataSourceInstanceSettings;
  onSaved: (settings: DataSourceInstanceSettings) => void;
  range: RawTimeRange;
  /** Counts the refreshes. */
  refresh: number;
  timeZone: string;
  /** The template variables of the dashboard that is shown. */
  variables: Variables;
}
