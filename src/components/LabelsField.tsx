import React, { useCallback, useId } from 'react';
import { EditorField } from '@grafana/plugin-ui';
import { MultiCombobox, type ComboboxOption } from '@grafana/ui';

import { since124 } from '../grafanaVersion';
import { t } from '../i18n';
import { errorMessage } from '../errorMessage';
import { testIds } from '../testIds';
import { variableOptions } from './variableOptions';

interface Props {
  label: string;
  value: string[];
  /** The labels of the counters, requested when the list opens. */
  labels: () => Promise<string[]>;
  placeholder?: string;
  testId?: string;
  problem?: string;
  onChange: (value: string[]) => void;
}

/** The group labels. Any label can be typed, whether it was found or not. */
export function LabelsField({ label, value, labels, placeholder, testId, problem, onChange }: Props) {
  const id = useId();
  const options = useCallback(
    async (typed: string): Promise<ComboboxOption[]> => {
      const wanted = (option: ComboboxOption) => option.value.toLowerCase().includes(typed.toLowerCase());
      try {
        const found = (await labels()).map((label) => ({ value: label }));
        return [...found, ...variableOptions()].filter(wanted);
      } catch (error) {
        const hint = {
          value: '',
          label: t('suggestions.none', 'No suggestions'),
          description: errorMessage(error),
          infoOption: true,
        };
        return [...variableOptions().filter(wanted), hint];
      }
    },
    [labels]
  );

  return (
    <EditorField label={label} htmlFor={id} width={30} invalid={Boolean(problem)} error={problem}>
      <MultiCombobox
        id={id}
        data-testid={testId ?? testIds.queryEditor.groupBy}
        placeholder={placeholder ?? t('labels.none', 'One total, without labels')}
        options={options}
        value={value}
        onChange={(chosen) => onChange(chosen.map((option) => option.value))}
        createCustomValue
        {...since124({ customValueDescription: t('labels.custom', 'Use this label') })}
        isClearable
      />
    </EditorField>
  );
}
