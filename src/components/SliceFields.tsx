import React from 'react';
import { Input, type ComboboxOption } from '@grafana/ui';

import { t } from '../i18n';
import { testIds } from '../testIds';
import { ProblemField, type ProblemFieldProps } from './ProblemField';
import { SingleCombobox } from './SingleCombobox';

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
      testId={testIds.queryEditor.slice}
      tooltip={t('slice.tooltip', 'Time is evaluated in slices of this length. Each slice is good or bad.')}
      options={['1m', '2m', '5m', '10m', '15m', '30m', '1h'].map((value) => ({ value }))}
      value={value ?? byDefault}
      onChange={(slice) => onChange(slice === byDefault ? undefined : slice)}
    />
  );
}
