import React, { useCallback, useId } from 'react';
import type { SelectableValue } from '@grafana/data';
import { EditorField } from '@grafana/plugin-ui';
import { MultiCombobox, RadioButtonGroup } from '@grafana/ui';

import { t } from '../i18n';
import type { DataSource } from '../datasource';
import { testIds } from '../testIds';
import type { BurnlineQuery } from '../types';
import { useAnswer } from '../useAnswer';
import { variableOptions } from './variableOptions';

interface Props {
  query: BurnlineQuery;
  datasource: DataSource;
  onChange: (patch: Partial<BurnlineQuery>) => void;
}

/** The policies to replay, and the step. */
export function BacktestFields({ query, datasource, onChange }: Props) {
  const id = useId();
  const stepId = useId();
  const ask = useCallback(() => datasource.getPolicies(), [datasource]);
  const known = useAnswer('', ask);
  const error =
    known.error && t('policy.unlisted', 'Failed to list the policies: {{reason}}', { reason: known.error });
  return (
    <>
      <EditorField
        label={t('backtest.policies', 'Policies')}
        htmlFor={id}
        width={40}
        invalid={Boolean(error)}
        error={error}
      >
        <MultiCombobox
          id={id}
          data-testid={testIds.queryEditor.policies}
          placeholder={t('backtest.all', 'All policies')}
          options={[
            ...(known.value ?? []).map(({ name, description }) => ({ value: name, description })),
            ...variableOptions(),
          ]}
          value={query.backtest?.policies ?? []}
          onChange={(options) =>
            onChange({
              backtest: { ...query.backtest, policies: options.length > 0 ? options.map((o) => o.value) : undefined },
            })
          }
          createCustomValue
          isClearable
        />
      </EditorField>
      <EditorField label={t('backtest.step', 'Evaluation interval')}>
        <div data-testid={testIds.queryEditor.step}>
          <RadioButtonGroup<Step>
            id={stepId}
            aria-label={t('backtest.step', 'Evaluation interval')}
            options={steps()}
            value={query.backtest?.step ?? ''}
            onChange={(step) => onChange({ backtest: { ...query.backtest, step: step || undefined } })}
          />
        </div>
      </EditorField>
    </>
  );
}

type Step = '' | '1m' | '5m';

function steps(): Array<SelectableValue<Step>> {
  return [
    {
      value: '',
      label: t('backtest.auto', 'Auto'),
      description: t('backtest.auto-explained', 'One minute up to seven days, else five minutes'),
    },
    { value: '1m', label: '1m' },
    { value: '5m', label: '5m' },
  ];
}
