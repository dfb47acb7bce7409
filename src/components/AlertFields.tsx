import React, { useId } from 'react';
import { EditorField } from '@grafana/plugin-ui';
import type { ComboboxOption } from '@grafana/ui';

import { t } from '../i18n';
import { testIds } from '../testIds';
import type { AlertValue, BurnlineQuery } from '../types';
import { SingleCombobox } from './SingleCombobox';

interface Props {
  query: BurnlineQuery;
  onChange: (patch: Partial<BurnlineQuery>) => void;
}

/** The number that an alert rule reads. */
export function AlertFields({ query, onChange }: Props) {
  const id = useId();
  return (
    <EditorField
      label={t('alerts.value', 'Value')}
      htmlFor={id}
      width={26}
      tooltip={t(
        'alerts.value-tooltip',
        'The value returned for each SLO, group and severity. For alert rules, use Firing with the threshold "is above 0".'
      )}
    >
      <SingleCombobox
        id={id}
        data-testid={testIds.queryEditor.alertValue}
        options={values()}
        value={(query.value as AlertValue | undefined) ?? 'firing'}
        onChange={(option) => onChange({ value: option?.value })}
      />
    </EditorField>
  );
}

function values(): Array<ComboboxOption<AlertValue>> {
  return [
    {
      value: 'firing',
      label: t('alerts.firing', 'Firing'),
      description: t('alerts.firing-explained', '1 while an alert of the severity fires, else 0'),
    },
    {
      value: 'unmeasured',
      label: t('alerts.unmeasured', 'Unmeasured'),
      description: t(
        'alerts.unmeasured-explained',
        '1 while there is too little data to decide. The alert keeps its last state.'
      ),
    },
    {
      value: 'state',
      label: t('alerts.state', 'State'),
      description: t('alerts.state-explained', 'The state as a number, as in a summary'),
    },
    {
      value: 'budget',
      label: t('alerts.budget', 'Error budget remaining'),
      description: t('alerts.budget-explained', 'Share of the budget. Negative is overspent.'),
    },
    {
      value: 'burn_long',
      label: t('alerts.burn-long', 'Burn rate, long window'),
      description: t('alerts.burn-long-explained', 'For the alert that is nearest to firing'),
    },
    {
      value: 'burn_short',
      label: t('alerts.burn-short', 'Burn rate, short window'),
      description: t('alerts.burn-short-explained', 'For the alert that is nearest to firing'),
    },
    {
      value: 'factor',
      label: t('alerts.factor', 'Burn-rate threshold'),
      description: t('alerts.factor-explained', 'For the alert that is nearest to firing'),
    },
    {
      value: 'exhausted_in',
      label: t('alerts.exhausted-in', 'Exhausted in'),
      description: t('alerts.exhausted-in-explained', 'Seconds until the budget is spent at the current burn rate'),
    },
    {
      value: 'change',
      label: t('alerts.change', 'Likely change'),
      description: t(
        'alerts.change-explained',
        'Bad events that the most likely change explains, while the alert fires. The label change describes it.'
      ),
    },
  ];
}
