import React, { useId } from 'react';
import type { SelectableValue } from '@grafana/data';
import { EditorField } from '@grafana/plugin-ui';
import { Input, MultiCombobox, RadioButtonGroup, type ComboboxOption } from '@grafana/ui';

import { testIds } from '../testIds';
import { SingleCombobox } from './SingleCombobox';

interface FieldProps {
  label: string;
  tooltip?: string;
  width?: number;
  /** Why the value is wrong, or why its options are missing. */
  error?: string;
}

interface ListProps<T extends string> extends FieldProps {
  testId: string;
  placeholder?: string;
  options: Array<ComboboxOption<T>>;
  /** Other values can be typed. */
  custom?: boolean;
}

interface SelectProps<T extends string> extends ListProps<T> {
  value?: T;
  clearable?: boolean;
  onChange: (value: T | undefined) => void;
}

/** A field of a query with one of several values. */
export function SelectField<T extends string>(props: SelectProps<T>) {
  const { label, tooltip, width, error, testId, placeholder, options, custom, clearable, value, onChange } = props;
  const id = useId();
  return (
    <EditorField label={label} tooltip={tooltip} htmlFor={id} width={width} invalid={Boolean(error)} error={error}>
      <SingleCombobox<T>
        id={id}
        data-testid={testId}
        placeholder={placeholder}
        options={options}
        value={value ?? null}
        invalid={Boolean(error)}
        // The type is of a field that can be cleared: in others, the option is never null.
        isClearable={Boolean(clearable) as true}
        onChange={(option: ComboboxOption<T> | null) => onChange(option?.value)}
        createCustomValue={custom}
      />
    </EditorField>
  );
}

interface MultiSelectProps<T extends string> extends ListProps<T> {
  value?: T[];
  clearable?: boolean;
  /** An empty list is undefined. */
  onChange: (value: T[] | undefined) => void;
}

/** A field of a query with some of several values. */
export function MultiSelectField<T extends string>(props: MultiSelectProps<T>) {
  const { label, width, error, testId, placeholder, options, custom, clearable = true, value = [], onChange } = props;
  const id = useId();
  return (
    <EditorField label={label} htmlFor={id} width={width} invalid={Boolean(error)} error={error}>
      <MultiCombobox<T>
        id={id}
        data-testid={testId}
        placeholder={placeholder}
        options={options}
        value={value}
        onChange={(chosen) => onChange(chosen.length > 0 ? chosen.map((option) => option.value) : undefined)}
        createCustomValue={custom}
        isClearable={clearable}
      />
    </EditorField>
  );
}

interface RadioProps<T extends string> extends FieldProps {
  testId: string;
  options: Array<SelectableValue<T>>;
  value: T;
  onChange: (value: T) => void;
}

/** A field of a query with few values, all visible. */
export function RadioField<T extends string>({ label, tooltip, testId, ...group }: RadioProps<T>) {
  const id = useId();
  return (
    <EditorField label={label} tooltip={tooltip}>
      <div data-testid={testId}>
        <RadioButtonGroup<T> id={id} aria-label={label} {...group} />
      </div>
    </EditorField>
  );
}

interface TopProps extends FieldProps {
  placeholder: string;
  value?: number;
  onChange: (value?: number) => void;
}

/** A maximum number of rows. A change applies when the field loses focus. */
export function TopField({ label, tooltip, width, placeholder, value, onChange }: TopProps) {
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
