import React, { useId } from 'react';
import type { SelectableValue } from '@grafana/data';
import { EditorField } from '@grafana/plugin-ui';
import { RadioButtonGroup, Stack, Text } from '@grafana/ui';

import { testIds } from '../testIds';
import type { QueryType } from '../types';

interface Props {
  value: QueryType;
  onChange: (value: QueryType) => void;
}

export function QueryTypeField({ value, onChange }: Props) {
  const id = useId();
  const explanation = queryTypes.find((type) => type.value === value)?.description;
  return (
    <EditorField label="Query type">
      <Stack direction="column" gap={0.5} alignItems="flex-start" data-testid={testIds.queryEditor.queryType}>
        <RadioButtonGroup id={id} aria-label="Query type" options={queryTypes} value={value} onChange={onChange} />
        <Text variant="bodySmall" color="secondary">
          <span data-testid={testIds.queryEditor.explanation}>{explanation}</span>
        </Text>
      </Stack>
    </EditorField>
  );
}

const queryTypes: Array<SelectableValue<QueryType>> = [
  {
    value: 'summary',
    label: 'Summary',
    description:
      'One row per SLO and group: state, budget left, burn rates, forecast. For tables, stats and alert rules.',
  },
  {
    value: 'timeseries',
    label: 'Time series',
    description: 'How the budget, the burn rates, p95 or the throughput changed over the time range.',
  },
  {
    value: 'workloads',
    label: 'Workloads',
    description:
      'One row per group with its tightest SLO, p95, throughput and trend. For the Burnline workloads panel.',
  },
];
