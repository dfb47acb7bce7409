import { DataSourceApi, DataSourceInstanceSettings, RawTimeRange } from '@grafana/data';

import { Plugins } from './pluginLoader';

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
}
