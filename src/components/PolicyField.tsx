import React, { useCallback, useId } from 'react';
import { EditorField } from '@grafana/plugin-ui';
import { type ComboboxOption } from '@grafana/ui';

import { t } from '../i18n';
import type { DataSource } from '../datasource';
import type { PolicyInfo } from '../resources';
import { testIds } from '../testIds';
import { useAnswer } from '../useAnswer';
import { SingleCombobox } from './SingleCombobox';
import { variableOptions } from './variableOptions';

interface Props {
  value?: string;
  /** The default policy. */
  placeholder: string;
  /** The backend's problem with the selected policy. */
  problem?: string;
  datasource: DataSource;
  onChange: (value: string | undefined) => void;
}

export function PolicyField({ value, placeholder, problem, datasource, onChange }: Props) {
  const id = useId();
  const ask = useCallback(() => datasource.getPolicies(), [datasource]);
  const policies = useAnswer('', ask);
  const error =
    problem ??
    (policies.error && t('policy.unlisted', 'Failed to list the policies: {{reason}}', { reason: policies.error }));

  return (
    <EditorField
      label={t('policy.label', 'Alert policy')}
      htmlFor={id}
      width={26}
      tooltip={t(
        'policy.tooltip',
        'Share of the budget that may be spent in a window before an alert fires. Sets the burn-rate windows.'
      )}
      invalid={Boolean(error)}
      error={error}
    >
      <SingleCombobox
        id={id}
        data-testid={testIds.queryEditor.policy}
        placeholder={placeholder}
        options={[...(policies.value ?? []).map(describe), ...variableOptions()]}
        value={value ?? null}
        onChange={(option) => onChange(option?.value)}
        createCustomValue
        isClearable
      />
    </EditorField>
  );
}

function describe(policy: PolicyInfo): ComboboxOption {
  const alerts = policy.alerts.map((alert) => t('policy.alert', '{{severity}} at {{percent}}% in {{long}}', alert));
  return { value: policy.name, description: policy.description || alerts.join(', ') };
}
