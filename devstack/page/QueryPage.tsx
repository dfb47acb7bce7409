import { CoreApp, DataQuery, GrafanaTheme2, QueryEditorProps } from '@grafana/data';
import { Alert, useStyles2 } from '@grafana/ui';
import { css } from '@emotion/css';
import { ComponentType, useState } from 'react';

import { PageProps } from './Page';
import { PluginPanel } from './PluginPanel';
import { SeriesChart } from './SeriesChart';
import { useQuery } from './useQuery';

/** A query under edit over what it answers: the panel for workloads, lines for time series. */
export function QueryPage({ plugins, datasource, range, refresh, timeZone }: PageProps) {
  const styles = useStyles2(getStyles);
  const [query, setQuery] = useState<DataQuery>(() => ({
    refId: 'A',
    ...datasource.getDefaultQuery?.(CoreApp.PanelEditor),
  }));
  // What is being typed is asked for once the editor says that it is a query to run.
  const [ran, setRan] = useState({ query, run: 0 });
  const data = useQuery({ datasource, query: ran.query, range, refresh: refresh + ran.run });
  const Editor = plugins.datasource.components.QueryEditor as
    ComponentType<QueryEditorProps<any, any, any>> | undefined;

  return (
    <div className={styles.page}>
      <section className={styles.editor} aria-label="Query editor">
        {Editor ? (
          <Editor
            datasource={datasource}
            query={query}
            onChange={setQuery}
            onRunQuery={() => setQuery((latest) => (setRan(({ run }) => ({ query: latest, run: run + 1 })), latest))}
            data={data}
            range={data.timeRange}
            app={CoreApp.PanelEditor}
            queries={[query]}
          />
        ) : (
          <Alert severity="info" title="This build of the data source has no query editor" />
        )}
      </section>
      {ran.query.queryType === 'timeseries' ? (
        <SeriesChart title="Answer" data={data} timeZone={timeZone} />
      ) : (
        <PluginPanel plugin={plugins.panel} title="Answer" data={data} timeZone={timeZone} />
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1), flex: '1 1 0', minHeight: 0 }),
  editor: css({
    flex: '0 1 auto',
    maxHeight: '60%',
    overflow: 'auto',
    padding: theme.spacing(1.5),
    background: theme.colors.background.primary,
    border: `1px solid ${theme.components.panel.borderColor}`,
    borderRadius: theme.shape.radius.default,
  }),
});
