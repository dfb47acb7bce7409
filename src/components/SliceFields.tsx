import React, { useId } from 'react';
import { EditorField } from '@grafana/plugin-ui';
import { Input, type ComboboxOption } from '@grafana/ui';

import { t } from '../i18n';
import type { FieldPath } from '../inlineSLO';
import { problemAt } from '../problems';
import type { Problem } from '../resources';
import { SingleCombobox } from './SingleCombobox';

interface NumberProps {
  path: FieldPath;
  label: string;
  tooltip?: string;
  suffix?: string;
  placeholder?: string;
  optional?: boolean;
  value?: number;
  width?: number;
  problems: Problem[];
  testId: string;
  onChange: (value: number | undefined) => void;
  onBlur: () => void;
}

/** A number field of an SLO. */
export function NumberField({ path, label, tooltip, optional, problems, width = 12, ...input }: NumberProps) {
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
        data-testid={input.testId}
        type="number"
        step="any"
        min={0}
        suffix={input.suffix}
        placeholder={input.placeholder}
        value={input.value ?? ''}
        onChange={(event) => {
          const number = event.currentTarget.valueAsNumber;
          input.onChange(Number.isNaN(number) ? undefined : number);
        }}
        onBlur={input.onBlur}
      />
    </EditorField>
  );
}

interface ChoiceProps<T extends string> {
  path: FieldPath;
  label: string;
  tooltip?: string;
  options: Array<ComboboxOption<T>>;
  value: T;
  width?: number;
  problems: Problem[];
  testId: string;
  onChange: (value: T) => void;
}

/** A field of an SLO with a few values. */
export function ChoiceField<T extends string>({
  path,
  label,
  tooltip,
  problems,
  width = 14,
  ...choice
}: ChoiceProps<T>) {
  const id = useId();
  const problem = problemAt(problems, path);
  return (
    <EditorField label={label} htmlFor={id} tooltip={tooltip} width={width} invalid={Boolean(problem)} error={problem}>
      <SingleCombobox<T>
        id={id}
        data-testid={choice.testId}
        options={choice.options}
        value={choice.value}
        onChange={(option) => choice.onChange(option.value)}
      />
    </EditorField>
  );
}

interface SliceProps {
  path: FieldPath;
  value?: string;
  byDefault: string;
  problems: Problem[];
  testId: string;
  onChange: (value: string | undefined) => void;
}

/** The length of a time slice. */
export function SliceField({ value, byDefault, onChange, ...field }: SliceProps) {
  return (
    <ChoiceField
      {...field}
      label={t('slice.label', 'Slice')}
      tooltip={t('slice.tooltip', 'Time is evaluated in slices of this length. Each slice is good or bad.')}
      options={['1m', '2m', '5m', '10m', '15m', '30m', '1h'].map((value) => ({ value }))}
      value={value ?? byDefault}
      onChange={(slice) => onChange(slice === byDefault ? undefined : slice)}
    />
  );
}
