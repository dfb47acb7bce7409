import React, { useId, useMemo, useState } from 'react';
import { CoreApp, type QueryEditorProps } from '@grafana/data';
import { EditorField, EditorRow, EditorRows, FlexItem } from '@grafana/plugin-ui';
import { Button, Stack, Text } from '@grafana/ui';

import type { DataSource } from '../datasource';
import { t } from '../i18n';
import { onDemand } from '../onDemand';
import { queryTypeOptions } from '../queryTypes';
import { testIds } from '../testIds';
import type { BurnlineOptions, BurnlineQuery, QueryType } from '../types';
import { CatalogFields } from './CatalogFields';
import { FiltersField } from './FiltersField';
import { InlineSLOEditor, type InlineMode } from './InlineSLOEditor';
import { OptionGroup } from './OptionGroup';
import type { PreviewProps } from './Preview';
import { QueryOptions } from './QueryOptions';
import { RadioField } from './queryFields';
import { SingleCombobox } from './SingleCombobox';
import { SourceField } from './SourceField';
import { TypeFields } from './TypeFields';
import { useFirstRun } from './useFirstRun';
import { useRuleQuery } from './useRuleQuery';
import { useRun } from './useRun';

/** The PromQL of a query, which is requested when the section opens. */
const Preview = onDemand<PreviewProps>(async () => (await import('./Preview')).Preview);

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
  const { expensive, isChanged, run, change, changeAndRun, leave } = useRun(query, range, onChange, onRunQuery);
  const tooMany = useFirstRun(query, data, app, datasource, run);
  useRuleQuery(query, app, changeAndRun);
  const [mode, setMode] = useState<InlineMode>('builder');
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
          <FlexItem grow={1} />
          {expensive && (
            <Button
              size="sm"
              icon="play"
              variant={isChanged ? 'primary' : 'secondary'}
              data-testid={testIds.queryEditor.run}
              onClick={run}
            >
              {t('query.run', 'Run query')}
            </Button>
          )}
        </EditorRow>
        <EditorRow>
          {ofSLOs && <SourceField query={query} onChange={changeAndRun} />}
          {ofSLOs && query.inline && (
            <RadioField
              label={t('inline.mode', 'SLO editor')}
              testId={testIds.queryEditor.mode}
              options={[
                { value: 'builder', label: t('inline.builder', 'Builder') },
                { value: 'yaml', label: t('inline.yaml', 'YAML') },
              ]}
              value={mode}
              onChange={setMode}
            />
          )}
          {ofSLOs && !query.inline && <CatalogFields query={query} datasource={datasource} onChange={changeAndRun} />}
          <TypeFields query={query} datasource={datasource} app={app} onChange={changeAndRun} />
          <FiltersField query={query} datasource={datasource} onChange={(filters) => changeAndRun({ filters })} />
          {tooMany !== undefined && (
            <Text variant="bodySmall" color="secondary">
              {t('query.too-many', 'The catalog has {{count}} SLOs. Select some of them, or run the query for all.', {
                count: tooMany,
              })}
            </Text>
          )}
        </EditorRow>
        {ofSLOs && query.inline && (
          <InlineSLOEditor
            slo={query.inline}
            mode={mode}
            datasource={datasource}
            onChange={(inline) => change({ inline })}
            onChangeAndRun={(inline) => changeAndRun({ inline })}
            onLeave={leave}
          />
        )}
        <EditorRow>
          <QueryOptions query={query} datasource={datasource} onChange={changeAndRun} />
          {ofSLOs && (
            <OptionGroup title={t('preview.title', 'Generated PromQL')} testId={testIds.queryEditor.preview} block>
              <Preview query={query} datasource={datasource} range={range?.raw} onRunQuery={run} />
            </OptionGroup>
          )}
        </EditorRow>
      </EditorRows>
    </div>
  );
}

interface TypeProps {
  value: QueryType;
  app?: CoreApp;
  /** The query is one of an annotation. */
  annotation: boolean;
  onChange: (value: QueryType) => void;
}

/** The type of a query, and what it returns. */
function QueryTypeField({ value, app, annotation, onChange }: TypeProps) {
  const id = useId();
  const options = useMemo(() => queryTypeOptions(app, annotation), [app, annotation]);
  const explanation = queryTypeOptions().find((type) => type.value === value)?.description;
  return (
    <EditorField label={t('query-type.label', 'Query type')} htmlFor={id}>
      <Stack direction="row" gap={1} alignItems="center">
        <SingleCombobox<QueryType>
          id={id}
          data-testid={testIds.queryEditor.queryType}
          minWidth={22}
          width="auto"
          options={options}
          value={value}
          onChange={(option) => onChange(option.value)}
        />
        <Text variant="bodySmall" color="secondary">
          <span data-testid={testIds.queryEditor.explanation}>{explanation}</span>
        </Text>
      </Stack>
    </EditorField>
  );
}
