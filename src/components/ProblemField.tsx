import React, { useId, type ReactElement } from 'react';
import { EditorField } from '@grafana/plugin-ui';

import type { FieldPath } from '../inlineSLO';
import { problemAt } from '../problems';
import type { Problem } from '../resources';

export interface ProblemFieldProps {
  path: FieldPath;
  label: string;
  tooltip?: string;
  optional?: boolean;
  width?: number;
  problems: Problem[];
}

/** A labelled field of an SLO, with the backend's problem at its path. Its control gets the id. */
export function ProblemField({
  path,
  label,
  tooltip,
  optional,
  width,
  problems,
  children,
}: ProblemFieldProps & { children: (id: string) => ReactElement }) {
  const id = useId();
  const problem = problemAt(problems, path);
  const field = { label, tooltip, optional, width };
  return (
    <EditorField {...field} htmlFor={id} invalid={Boolean(problem)} error={problem}>
      {children(id)}
    </EditorField>
  );
}
