import React, { useId } from 'react';
import { EditorField } from '@grafana/plugin-ui';
import { MultiCombobox, type ComboboxOption } from '@grafana/ui';

import { testIds } from '../testIds';
import type { Metric } from '../types';

interface Props {
  value?: Metric[];
  onChange: (value: Metric[] | undefined) => void;
}

export function MetricsField({ value, onChange }: Props) {
  const id = useId();
  return (
    <EditorField label="Metrics" htmlFor={id} width={30}>
      <MultiCombobox
        id={id}
        data-testid={testIds.queryEditor.metrics}
        placeholder="Error budget left"
        options={metrics}
        value={value ?? []}
        onChange={(options) => onChange(options.length > 0 ? options.map((option) => option.value) : undefined)}
        isClearable
      />
    </EditorField>
  );
}

const metrics: Array<ComboboxOption<Metric>> = [
  { value: 'budget', label: 'Error budget left', description: '100 % is untouched, negative is overspent' },
  {
    value: 'burn',
    label: 'Burn rates',
    description: 'One series per window of the policy; 1 spends the budget exactly',
  },
  { value: 'sli', label: 'SLI', description: 'Share of good events over the window' },
  { value: 'events', label: 'Events', description: 'Events of the window' },
  { value: 'bad', label: 'Bad events', description: 'Bad events of the window' },
  { value: 'p95', label: 'p95 latency', description: 'From the histogram of the SLO' },
  { value: 'throughput', label: 'Throughput', description: 'Events per second' },
];
