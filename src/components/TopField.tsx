import { EditorField } from '@grafana/plugin-ui';
import { Input } from '@grafana/ui';
import React, { useId } from 'react';

import { testIds } from '../testIds';

interface Props {
  label: string;
  tooltip?: string;
  width: number;
  placeholder: string;
  value?: number;
  onChange: (value?: number) => void;
}

/** A maximum number of rows. A change applies when the field loses focus. */
export function TopField({ label, tooltip, width, placeholder, value, onChange }: Props) {
  const id = useId();
  return (
    <EditorField label={label} tooltip={tooltip} htmlFor={id} width={width}>
      <Input
        id={id}
        key={value}
        data-testid={testIds.queryEditor.top}
        type="number"
        min={1}
        max={1000}
        placeholder={placeholder}
        defaultValue={value ?? ''}
        onBlur={(event) => {
          const number = event.currentTarget.valueAsNumber;
          const next = Number.isNaN(number) ? undefined : number;
          if (next !== value) {
            onChange(next);
          }
        }}
      />
    </EditorField>
  );
}
