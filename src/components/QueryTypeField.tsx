import React, { useId, useMemo } from 'react';
import type { CoreApp } from '@grafana/data';
import { EditorField } from '@grafana/plugin-ui';
import { Stack, Text } from '@grafana/ui';

import { t } from '../i18n';
import { queryTypeOptions } from '../queryTypes';
import { testIds } from '../testIds';
import type { QueryType } from '../types';
import { SingleCombobox } from './SingleCombobox';

interface Props {
  value: QueryType;
  app?: CoreApp;
  /** The query is one of an annotation. */
  annotation: boolean;
  onChange: (value: QueryType) => void;
}

export function QueryTypeField({ value, app, annotation, onChange }: Props) {
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
