import { CoreApp, DataQuery, GrafanaTheme2, PanelData, QueryEditorHelpProps, QueryEditorProps } from '@grafana/data';
import { Collapse, useStyles2 } from '@grafana/ui';
import { css } from '@emotion/css';
import { ComponentType, ReactNode, useState } from 'react';

import { PageProps } from './Page';
import { useQuery } from './useQuery';

interface Props extends PageProps {
  /** The app of Grafana that contains the editor. */
  app: CoreApp;
  /** The annotation of the query. */
  annotation?: object;
  initial?: Partial<DataQuery>;
  /** Converts the edited query to the one to send; undefined sends none. */
  prepare?: (query: DataQuery) => DataQuery | undefined;
  /** Shows the help, as Explore does before the first query. */
  help?: boolean;
  children: (data: PanelData, ran: DataQuery) => ReactNode;
}

type EditorProps = QueryEditorProps<any, any, any> & { annotation?: object };

/** A query editor above its result, as in one of Grafana's apps. */
export function EditedQuery(props: Props) {
  const { plugins, datasource, range, refresh, app, annotation, initial, prepare, help, children } = props;
  const styles = useStyles2(getStyles);
  const [query, setQuery] = useState<DataQuery>(() => ({
    refId: 'A',
    ...datasource.getDefaultQuery?.(app),
    ...initial,
  }));
  // An edited query is sent when the editor runs it.
  const [ran, setRan] = useState({ query, run: 0 });
  const sent = prepare ? prepare(ran.query) : ran.query;
  const data = useQuery({ datasource, queries: sent ? [sent] : [], app, range, refresh: refresh + ran.run });
  const Editor = plugins.datasource.components.QueryEditor as ComponentType<EditorProps>;
  const Help = plugins.datasource.components.QueryEditorHelp as ComponentType<QueryEditorHelpProps>;
  const [helpOpen, setHelpOpen] = useState(false);

  return (
    <div className={styles.page}>
      <section className={styles.editor} aria-label="Query editor">
        <Editor
          datasource={datasource}
          query={query}
          onChange={setQuery}
          onRunQuery={() => setQuery((latest) => (setRan(({ run }) => ({ query: latest, run: run + 1 })), latest))}
          data={data}
          range={data.timeRange}
          app={app}
          annotation={annotation}
          queries={[query]}
        />
      </section>
      {help && (
        <Collapse label="Help" isOpen={helpOpen} onToggle={() => setHelpOpen(!helpOpen)}>
          <Help
            datasource={datasource}
            query={query}
            onClickExample={(example) => {
              setQuery(example);
              setRan(({ run }) => ({ query: example, run: run + 1 }));
            }}
          />
        </Collapse>
      )}
      {children(data, ran.query)}
    </div>
  );
}

/** The error of a query. */
export function messageOf({ errors }: PanelData): string | undefined {
  return errors?.[0]?.message;
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
