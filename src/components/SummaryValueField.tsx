import React, { useId } from 'react';
import { EditorField } from '@grafana/plugin-ui';
import type { ComboboxOption } from '@grafana/ui';

import { t } from '../i18n';
import { testIds } from '../testIds';
import type { BurnlineQuery } from '../types';
import { SingleCombobox } from './SingleCombobox';

interface Props {
  query: BurnlineQuery;
  onChange: (patch: Partial<BurnlineQuery>) => void;
}

/**
 * The number of a summary that an alert rule reads. Otherwise its condition would apply to all
 * numbers.
 */
export function SummaryValueField({ query, onChange }: Props) {
  const id = useId();
  return (
    <EditorField
      label={t('alerts.value', 'Value')}
      htmlFor={id}
      width={26}
      invalid={!query.value}
      error={t('alerts.value-missing', 'Select the value to alert on.')}
    >
      <SingleCombobox
        id={id}
        data-testid={testIds.queryEditor.alertValue}
        placeholder={t('alerts.value-choose', 'Select a value')}
        options={columns()}
        value={query.value ?? null}
        invalid={!query.value}
        onChange={(option) => onChange({ value: option?.value })}
        createCustomValue
      />
    </EditorField>
  );
}

function columns(): Array<ComboboxOption<string>> {
  return [
    { value: 'budget', label: t('alerts.budget', 'Error budget remaining') },
    { value: 'sli', label: t('alerts.sli', 'SLI') },
    { value: 'exhausted_in', label: t('alerts.exhausted-in', 'Exhausted in') },
    { value: 'p95', label: 'p95' },
    { value: 'throughput', label: t('alerts.throughput', 'Throughput') },
    { value: 'coverage', label: t('alerts.coverage', 'Coverage') },
    { value: 'events', label: t('alerts.events', 'Events') },
    { value: 'bad', label: t('alerts.bad', 'Bad events') },
  ];
}
