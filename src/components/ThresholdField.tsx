import React, { useCallback } from 'react';
import { type ComboboxOption } from '@grafana/ui';

import { since124 } from '../grafanaVersion';
import { t } from '../i18n';
import type { DataSource } from '../datasource';
import { errorMessage } from '../errorMessage';
import { SingleCombobox } from './SingleCombobox';
import { variableOptions } from './variableOptions';
import { ProblemField, type ProblemFieldProps } from './controls';

interface Props extends ProblemFieldProps {
  value: string;
  /** Selector of the histogram with the offered buckets. */
  histogram: string;
  unit?: 's' | 'ms';
  testId: string;
  datasource: DataSource;
  onChange: (value: string) => void;
}

/**
 * A threshold of a histogram: one of its bucket bounds. Values between them could only be
 * estimated.
 */
export function ThresholdField({ value, histogram, unit, testId, datasource, onChange, ...field }: Props) {
  const options = useCallback(
    async (typed: string): Promise<ComboboxOption[]> => {
      const wanted = (option: ComboboxOption) => option.value.includes(typed);
      const variables = variableOptions().filter(wanted);
      try {
        const { thresholds, native } = await datasource.findBuckets(histogram, unit ?? unitOf(histogram));
        const found = thresholds
          .map((value) => ({ value, description: t('threshold.bucket', 'Existing bucket') }))
          .filter(wanted);
        return [...found, ...variables, ...(thresholds.length === 0 ? [nothingFound(native)] : [])];
      } catch (error) {
        return [...variables, hint(errorMessage(error))];
      }
    },
    [datasource, histogram, unit]
  );

  return (
    <ProblemField width={16} {...field}>
      {(id) => (
        <SingleCombobox
          id={id}
          data-testid={testId}
          placeholder="300ms"
          options={options}
          value={value || null}
          onChange={(option) => onChange(option?.value ?? '')}
          createCustomValue
          {...since124({ customValueDescription: t('threshold.custom', 'Use this duration') })}
          isClearable
        />
      )}
    </ProblemField>
  );
}

function nothingFound(native: boolean): ComboboxOption {
  return hint(
    native
      ? t('threshold.native', 'For a native histogram, type any duration')
      : t('threshold.no-buckets', 'The histogram had no buckets in the last hour')
  );
}

function hint(description: string): ComboboxOption {
  return { value: '', label: t('suggestions.none', 'No suggestions'), description, ...since124({ infoOption: true }) };
}

// Inferred from the metric's name, as in the backend.
function unitOf(histogram: string): 's' | 'ms' {
  return /_(ms|milliseconds)(_bucket)?\s*(\{|$)/.test(histogram) ? 'ms' : 's';
}
