import React, { lazy, Suspense } from 'react';
import { DataSourcePlugin, type DataSourcePluginOptionsEditorProps } from '@grafana/data';

import { QueryEditor } from './components/QueryEditor';
import { QueryEditorHelp } from './components/QueryEditorHelp';
import { DataSource } from './datasource';
import type { BurnlineOptions, BurnlineQuery } from './types';

// Only the settings page requires the config editor. Dashboards do not load it.
const LazyConfigEditor = lazy(async () => ({ default: (await import('./components/ConfigEditor')).ConfigEditor }));

function ConfigEditor(props: DataSourcePluginOptionsEditorProps<BurnlineOptions>) {
  return (
    <Suspense fallback={null}>
      <LazyConfigEditor {...props} />
    </Suspense>
  );
}

export const plugin = new DataSourcePlugin<DataSource, BurnlineQuery, BurnlineOptions>(DataSource)
  .setConfigEditor(ConfigEditor)
  .setQueryEditor(QueryEditor)
  .setQueryEditorHelp(QueryEditorHelp);
