import React, { useCallback } from 'react';
import type { QueryEditorProps } from '@grafana/data';
import { EditorRow, EditorRows } from '@grafana/plugin-ui';

import type { DataSource } from '../datasource';
import { testIds } from '../testIds';
import type { BurnlineOptions, BurnlineQuery } from '../types';
import { CatalogFields } from './CatalogFields';
import { InlineSLOEditor } from './InlineSLOEditor';
import { MetricsField } from './MetricsField';
import { QueryTypeField } from './QueryTypeField';
import { SourceField } from './SourceField';

type Props = QueryEditorProps<DataSource, BurnlineQuery, BurnlineOptions>;

export function QueryEditor({ query, onChange, onRunQuery, datasource }: Props) {
  const change = useCallback((patch: Partial<BurnlineQuery>) => onChange({ ...query, ...patch }), [query, onChange]);
  const changeAndRun = useCallback(
    (patch: Partial<BurnlineQuery>) => {
      change(patch);
      onRunQuery();
    },
    [change, onRunQuery]
  );
  const queryType = query.queryType ?? 'summary';

  return (
    <div data-testid={testIds.queryEditor.root}>
      <EditorRows>
        <EditorRow>
          <QueryTypeField value={queryType} onChange={(queryType) => changeAndRun({ queryType })} />
          {queryType === 'timeseries' && (
            <MetricsField value={query.metrics} onChange={(metrics) => changeAndRun({ metrics })} />
          )}
        </EditorRow>
        <EditorRow>
          <SourceField query={query} onChange={changeAndRun} />
          {!query.inline && <CatalogFields query={query} datasource={datasource} onChange={changeAndRun} />}
        </EditorRow>
        {query.inline && (
          <InlineSLOEditor
            slo={query.inline}
            datasource={datasource}
            onChange={(inline) => change({ inline })}
            onChangeAndRun={(inline) => changeAndRun({ inline })}
            onRunQuery={onRunQuery}
          />
        )}
      </EditorRows>
    </div>
  );
}
