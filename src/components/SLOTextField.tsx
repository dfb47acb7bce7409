import React, { useId } from 'react';
import { EditorField } from '@grafana/plugin-ui';
import { Input } from '@grafana/ui';

import type { DataSource } from '../datasource';
import type { FieldPath } from '../inlineSLO';
import { problemAt } from '../problems';
import type { Problem } from '../resources';
import type { SLO } from '../types';

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

interface Props {
  path: FieldPath;
  label: string;
  value: string;
  placeholder: string;
  tooltip?: string;
  optional?: boolean;
  width: number;
  problems: Problem[];
  testId: string;
  onChange: (value: string) => void;
  onBlur: () => void;
}

/** One text field of an SLO, with the backend's problems. */
export function SLOTextField({ path, label, tooltip, optional, width, problems, testId, ...input }: Props) {
  const id = useId();
  const problem = problemAt(problems, path);
  return (
    <EditorField
      label={label}
      htmlFor={id}
      tooltip={tooltip}
      optional={optional}
      width={width}
      invalid={Boolean(problem)}
      error={problem}
    >
      <Input
        id={id}
        data-testid={testId}
        spellCheck={false}
        {...input}
        onChange={(event) => input.onChange(event.currentTarget.value)}
      />
    </EditorField>
  );
}
