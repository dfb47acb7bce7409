import React, { useCallback, useId } from 'react';
import { EditorField } from '@grafana/plugin-ui';
import { MultiCombobox } from '@grafana/ui';

import { t } from '../i18n';
import type { DataSource } from '../datasource';
import { testIds } from '../testIds';
import { useAnswer } from '../useAnswer';
import { variableOptions } from './variableOptions';

interface Props {
  value?: string[];
  datasource: DataSource;
  onChange: (value: string[] | undefined) => void;
}

/** Restricts alerts to some severities, of all policies. */
export function SeveritiesField({ value, datasource, onChange }: Props) {
  const id = useId();
  const ask = useCallback(() => datasource.getPolicies(), [datasource]);
  const policies = useAnswer('', ask);
  const known = new Set((policies.value ?? []).flatMap(({ alerts }) => alerts.map(({ severity }) => severity)));
  const error =
    policies.error && t('policy.unlisted', 'Failed to list the policies: {{reason}}', { reason: policies.error });

  return (
    <EditorField
      label={t('severities.label', 'Severities')}
      htmlFor={id}
      width={26}
      invalid={Boolean(error)}
      error={error}
    >
      <MultiCombobox
        id={id}
        data-testid={testIds.queryEditor.severities}
        placeholder={t('severities.all', 'All')}
        options={[...[...known].sort().map((name) => ({ value: name })), ...variableOptions()]}
        value={value ?? []}
        onChange={(options) => onChange(options.length > 0 ? options.map((option) => option.value) : undefined)}
        createCustomValue
        isClearable
      />
    </EditorField>
  );
}
