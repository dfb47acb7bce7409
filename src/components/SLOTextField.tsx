import React from 'react';
import { Input } from '@grafana/ui';

import type { DataSource } from '../datasource';
import type { Problem } from '../resources';
import type { SLO } from '../types';
import { ProblemField, type ProblemFieldProps } from './ProblemField';

/** The properties of every part of the inline form. */
export interface InlineFieldProps {
  slo: SLO;
  problems: Problem[];
  datasource: DataSource;
  /** Called while the user types. */
  onChange: (slo: SLO) => void;
  /** Called when the user selects something. */
  onChangeAndRun: (slo: SLO) => void;
  onBlur: () => void;
}

interface Props extends ProblemFieldProps {
  value: string;
  placeholder: string;
  testId: string;
  onChange: (value: string) => void;
  onBlur: () => void;
}

/** One text field of an SLO, with the backend's problems. */
export function SLOTextField({ value, placeholder, testId, onChange, onBlur, ...field }: Props) {
  return (
    <ProblemField {...field}>
      {(id) => (
        <Input
          id={id}
          data-testid={testId}
          spellCheck={false}
          value={value}
          placeholder={placeholder}
          onChange={(event) => onChange(event.currentTarget.value)}
          onBlur={onBlur}
        />
      )}
    </ProblemField>
  );
}
