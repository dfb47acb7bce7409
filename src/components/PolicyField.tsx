import React, { useCallback } from 'react';
import { type ComboboxOption } from '@grafana/ui';

import { t } from '../i18n';
import type { DataSource } from '../datasource';
import type { PolicyInfo } from '../resources';
import { testIds } from '../testIds';
import { useAnswer } from '../useAnswer';
import { MultiSelectField, SelectField } from './queryFields';
import { variableOptions } from './variableOptions';

interface Props<T> {
  value?: T;
  datasource: DataSource;
  onChange: (value: T | undefined) => void;
}

interface PolicyProps extends Props<string> {
  /** The default policy. */
  placeholder: string;
  /** The backend's problem with the selected policy. */
  problem?: string;
}

const ids = testIds.queryEditor;

/** The policy that a query evaluates. */
export function PolicyField({ value, placeholder, problem, datasource, onChange }: PolicyProps) {
  const { policies, error } = usePolicies(datasource);
  return (
    <SelectField
      label={t('policy.label', 'Alert policy')}
      width={26}
      tooltip={t(
        'policy.tooltip',
        'Share of the budget that may be spent in a window before an alert fires. Sets the burn-rate windows.'
      )}
      error={problem ?? error}
      testId={ids.policy}
      placeholder={placeholder}
      options={[...policies.map(describe), ...variableOptions()]}
      value={value}
      onChange={onChange}
      custom
      clearable
    />
  );
}

/** The policies that a backtest replays. */
export function PoliciesField({ value, datasource, onChange }: Props<string[]>) {
  const { policies, error } = usePolicies(datasource);
  const named = policies.map(({ name, description }) => ({ value: name, description }));
  return (
    <MultiSelectField
      label={t('backtest.policies', 'Policies')}
      width={40}
      error={error}
      testId={ids.policies}
      placeholder={t('backtest.all', 'All policies')}
      options={[...named, ...variableOptions()]}
      value={value}
      onChange={onChange}
      custom
    />
  );
}

/** Restricts alerts to some severities, of all policies. */
export function SeveritiesField({ value, datasource, onChange }: Props<string[]>) {
  const { policies, error } = usePolicies(datasource);
  const known = new Set(policies.flatMap(({ alerts }) => alerts.map(({ severity }) => severity)));
  return (
    <MultiSelectField
      label={t('severities.label', 'Severities')}
      width={26}
      error={error}
      testId={ids.severities}
      placeholder={t('severities.all', 'All')}
      options={[...[...known].sort().map((value) => ({ value })), ...variableOptions()]}
      value={value}
      onChange={onChange}
      custom
    />
  );
}

function usePolicies(datasource: DataSource): { policies: PolicyInfo[]; error?: string } {
  const ask = useCallback(() => datasource.getPolicies(), [datasource]);
  const { value: policies = [], error } = useAnswer('', ask);
  return {
    policies,
    error: error && t('policy.unlisted', 'Failed to list the policies: {{reason}}', { reason: error }),
  };
}

function describe(policy: PolicyInfo): ComboboxOption {
  const alerts = policy.alerts.map((alert) => t('policy.alert', '{{severity}} at {{percent}}% in {{long}}', alert));
  return { value: policy.name, description: policy.description || alerts.join(', ') };
}
