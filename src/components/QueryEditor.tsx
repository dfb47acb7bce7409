import React from 'react';
import { CoreApp, type QueryEditorProps } from '@grafana/data';
import { EditorRow, EditorRows } from '@grafana/plugin-ui';

import type { DataSource } from '../datasource';
import { testIds } from '../testIds';
import type { BurnlineOptions, BurnlineQuery } from '../types';
import { CatalogFields } from './CatalogFields';
import { FiltersField } from './FiltersField';
import { InlineSLOEditor } from './InlineSLOEditor';
import { OptionFields } from './OptionFields';
import { PreviewSection } from './PreviewSection';
import { QueryTypeField } from './QueryTypeField';
import { SourceField } from './SourceField';
import { useFirstRun } from './useFirstRun';

/** `annotation` is set if the query is one of an annotation. */
type Props = QueryEditorProps<DataSource, BurnlineQuery, BurnlineOptions> & { annotation?: unknown };

/**
 * The query that Grafana runs. The editor of a new panel gets an empty one, which runs as the
 * default.
 */
function asRun(stored: BurnlineQuery, datasource: DataSource, app: CoreApp | undefined): BurnlineQuery {
  const isEmpty = Object.keys(stored).every((key) => ['refId', 'hide', 'key', 'datasource'].includes(key));
  return isEmpty && app === CoreApp.PanelEditor ? { ...datasource.getDefaultQuery(app), ...stored } : stored;
}

export function QueryEditor({ query: stored, onChange, onRunQuery, datasource, app, data, range, annotation }: Props) {
  const query = asRun(stored, datasource, app);
  useFirstRun(query, data, app, onRunQuery);
  const change = (patch: Partial<BurnlineQuery>) =>
    onChange({ ...query, ...patch, schemaVersion: query.schemaVersion ?? 1 });
  const changeAndRun = (patch: Partial<BurnlineQuery>) => {
    change(patch);
    onRunQuery();
  };

  const ofSLOs = query.queryType !== 'resources';

  return (
    <div data-testid={testIds.queryEditor.root}>
      <EditorRows>
        <EditorRow>
          <QueryTypeField
            value={query.queryType ?? 'summary'}
            app={app}
            annotation={annotation !== undefined}
            // Each query type has its own names of values.
            onChange={(queryType) => changeAndRun({ queryType, value: undefined })}
          />
        </EditorRow>
        <EditorRow>
          <OptionFields query={query} datasource={datasource} app={app} onChange={changeAndRun} />
          {ofSLOs && <SourceField query={query} onChange={changeAndRun} />}
          {ofSLOs && !query.inline && <CatalogFields query={query} datasource={datasource} onChange={changeAndRun} />}
          <FiltersField query={query} datasource={datasource} onChange={(filters) => changeAndRun({ filters })} />
        </EditorRow>
        {ofSLOs && query.inline && (
          <InlineSLOEditor
            slo={query.inline}
            datasource={datasource}
            onChange={(inline) => change({ inline })}
            onChangeAndRun={(inline) => changeAndRun({ inline })}
            onRunQuery={onRunQuery}
          />
        )}
      </EditorRows>
      {ofSLOs && <PreviewSection query={query} datasource={datasource} range={range?.raw} onRunQuery={onRunQuery} />}
    </div>
  );
}
