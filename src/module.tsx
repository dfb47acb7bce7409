import {
  DataSourcePlugin,
  type DataSourcePluginOptionsEditorProps,
  type QueryEditorHelpProps,
  type QueryEditorProps,
} from '@grafana/data';

import { DataSource } from './datasource';
import { onDemand } from './onDemand';
import type { BurnlineOptions, BurnlineQuery } from './types';

type ConfigProps = DataSourcePluginOptionsEditorProps<BurnlineOptions>;
type QueryProps = QueryEditorProps<DataSource, BurnlineQuery, BurnlineOptions>;

// Dashboards need none of the editors.
const ConfigEditor = onDemand<ConfigProps>(async () => (await import('./components/ConfigEditor')).ConfigEditor);
const QueryEditor = onDemand<QueryProps>(async () => (await import('./components/QueryEditor')).QueryEditor);
const QueryEditorHelp = onDemand<QueryEditorHelpProps<BurnlineQuery>>(
  async () => (await import('./components/QueryEditorHelp')).QueryEditorHelp
);

export const plugin = new DataSourcePlugin<DataSource, BurnlineQuery, BurnlineOptions>(DataSource)
  .setConfigEditor(ConfigEditor)
  .setQueryEditor(QueryEditor)
  .setQueryEditorHelp(QueryEditorHelp);
