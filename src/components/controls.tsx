import React, { type ReactElement, useId } from 'react';
import { EditorField } from '@grafana/plugin-ui';
import { Input, type ComboboxOption } from '@grafana/ui';

import type { DataSource } from '../datasource';
import { t } from '../i18n';
import type { FieldPath } from '../inlineSLO';
import { problemAt } from '../problems';
import type { Problem } from '../resources';
import { testIds } from '../testIds';
import type { SLO } from '../types';
import { SingleCombobox } from './SingleCombobox';

const ids = testIds.queryEditor;

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

interface TextProps extends ProblemFieldProps {
  value: string;
  placeholder: string;
  testId: string;
  onChange: (value: string) => void;
  onBlur: () => void;
}

/** One text field of an SLO, with the backend's problems. */
export function SLOTextField({ value, placeholder, testId, onChange, onBlur, ...field }: TextProps) {
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

interface NumberProps extends ProblemFieldProps {
  suffix?: string;
  placeholder?: string;
  value?: number;
  testId: string;
  onChange: (value: number | undefined) => void;
  onBlur: () => void;
}

/** A number field of an SLO. */
export function NumberField({ suffix, placeholder, value, testId, onChange, onBlur, ...field }: NumberProps) {
  return (
    <ProblemField width={12} {...field}>
      {(id) => (
        <Input
          id={id}
          data-testid={testId}
          type="number"
          step="any"
          min={0}
          suffix={suffix}
          placeholder={placeholder}
          value={value ?? ''}
          onChange={(event) => {
            const number = event.currentTarget.valueAsNumber;
            onChange(Number.isNaN(number) ? undefined : number);
          }}
          onBlur={onBlur}
        />
      )}
    </ProblemField>
  );
}

interface ChoiceProps<T extends string> extends ProblemFieldProps {
  options: Array<ComboboxOption<T>>;
  value: T;
  testId: string;
  onChange: (value: T) => void;
}

/** A field of an SLO with a few values. */
export function ChoiceField<T extends string>({ options, value, testId, onChange, ...field }: ChoiceProps<T>) {
  return (
    <ProblemField width={14} {...field}>
      {(id) => (
        <SingleCombobox<T>
          id={id}
          data-testid={testId}
          options={options}
          value={value}
          onChange={(option) => onChange(option.value)}
        />
      )}
    </ProblemField>
  );
}

interface SliceProps extends Pick<ProblemFieldProps, 'path' | 'problems'> {
  value?: string;
  byDefault: string;
  onChange: (value: string | undefined) => void;
}

/** The length of a time slice. */
export function SliceField({ value, byDefault, onChange, ...field }: SliceProps) {
  return (
    <ChoiceField
      {...field}
      label={t('slice.label', 'Slice')}
      testId={ids.slice}
      tooltip={t('slice.tooltip', 'Time is evaluated in slices of this length. Each slice is good or bad.')}
      options={['1m', '2m', '5m', '10m', '15m', '30m', '1h'].map((value) => ({ value }))}
      value={value ?? byDefault}
      onChange={(slice) => onChange(slice === byDefault ? undefined : slice)}
    />
  );
}
