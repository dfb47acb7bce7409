import React, { useId } from 'react';
import { EditorField } from '@grafana/plugin-ui';
import { MultiCombobox, type ComboboxOption } from '@grafana/ui';

import { t } from '../i18n';
import { testIds } from '../testIds';
import type { Metric } from '../types';

interface Props {
  value?: Metric[];
  onChange: (value: Metric[] | undefined) => void;
}

export function MetricsField({ value, onChange }: Props) {
  const id = useId();
  return (
    <EditorField label={t('metrics.label', 'Values')} htmlFor={id} width={30}>
      <MultiCombobox
        id={id}
        data-testid={testIds.queryEditor.metrics}
        placeholder={t('metrics.budget', 'Error budget remaining')}
        options={metrics()}
        value={value ?? []}
        onChange={(options) => onChange(options.length > 0 ? options.map((option) => option.value) : undefined)}
        isClearable
      />
    </EditorField>
  );
}

function metrics(): Array<ComboboxOption<Metric>> {
  return [
    {
      value: 'budget',
      label: t('metrics.budget', 'Error budget remaining'),
      description: t('metrics.budget-explained', '100% is untouched. Negative is overspent.'),
    },
    {
      value: 'burn',
      label: t('metrics.burn', 'Burn rates'),
      description: t(
        'metrics.burn-explained',
        'One series for each window of the policy. At 1, the budget lasts exactly one window.'
      ),
    },
    {
      value: 'sli',
      label: t('metrics.sli', 'SLI'),
      description: t('metrics.sli-explained', 'Share of good events over the window'),
    },
    {
      value: 'events',
      label: t('metrics.events', 'Events'),
      description: t('metrics.events-explained', 'Events of the window'),
    },
    {
      value: 'bad',
      label: t('metrics.bad', 'Bad events'),
      description: t('metrics.bad-explained', 'Bad events of the window'),
    },
    {
      value: 'p95',
      label: t('metrics.p95', 'p95 latency'),
      description: t('metrics.p95-explained', 'From the histogram of the SLO'),
    },
    {
      value: 'throughput',
      label: t('metrics.throughput', 'Throughput'),
      description: t('metrics.throughput-explained', 'Events per second'),
    },
  ];
}
