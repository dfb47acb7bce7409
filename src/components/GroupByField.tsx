import React, { useId } from 'react';
import type { SelectableValue } from '@grafana/data';
import { EditorField } from '@grafana/plugin-ui';
import { RadioButtonGroup } from '@grafana/ui';

import { testIds } from '../testIds';
import { LabelsField } from './LabelsField';

interface Props {
  /** Undefined: as the SLO defines it; no label: one total. */
  value?: string[];
  /** How the SLO defines it, where that is known. */
  defined?: string[];
  labels: () => Promise<string[]>;
  onChange: (value: string[] | undefined) => void;
}

/** Groups the SLOs of the catalog otherwise than they say. */
export function GroupByField({ value, defined, labels, onChange }: Props) {
  const id = useId();
  return (
    <>
      <EditorField label="Group by" tooltip={defined && `The SLO says: ${defined.join(', ') || 'one total'}.`}>
        <div data-testid={testIds.queryEditor.grouping}>
          <RadioButtonGroup
            id={id}
            aria-label="Group by"
            options={choices}
            value={value ? 'labels' : 'defined'}
            onChange={(choice) => onChange(choice === 'labels' ? (defined ?? []) : undefined)}
          />
        </div>
      </EditorField>
      {value && <LabelsField label="Labels" value={value} labels={labels} onChange={onChange} />}
    </>
  );
}

const choices: Array<SelectableValue<'defined' | 'labels'>> = [
  { value: 'defined', label: 'As the SLO says' },
  { value: 'labels', label: 'Other labels' },
];
