import React, { useId } from 'react';
import type { SelectableValue } from '@grafana/data';
import { EditorField } from '@grafana/plugin-ui';
import { RadioButtonGroup } from '@grafana/ui';

import { t } from '../i18n';
import { testIds } from '../testIds';
import type { BurnlineQuery } from '../types';

interface Props {
  query: BurnlineQuery;
  onChange: (patch: Partial<BurnlineQuery>) => void;
}

/** How often a backtest evaluates the policies. */
export function StepField({ query, onChange }: Props) {
  const stepId = useId();
  return (
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
