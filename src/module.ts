import { DataSourcePlugin } from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';

import { ConfigEditor } from './components/ConfigEditor';
import { QueryEditor } from './components/QueryEditor';
import { QueryEditorHelp } from './components/QueryEditorHelp';
import { DataSource } from './datasource';
import pluginJson from './plugin.json';
import type { BurnlineOptions, BurnlineQuery } from './types';

// Not awaited: the English texts are in the code, and others arrive long before an editor is opened.
void initPluginTranslations(pluginJson.id);

export const plugin = new DataSourcePlugin<DataSource, BurnlineQuery, BurnlineOptions>(DataSource)
  .setConfigEditor(ConfigEditor)
  .setQueryEditor(QueryEditor)
  .setQueryEditorHelp(QueryEditorHelp);
