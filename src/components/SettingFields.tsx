import React, { type ReactElement } from 'react';
import { updateDatasourcePluginJsonDataOption, type DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { Combobox, InlineField, Input, type ComboboxOption } from '@grafana/ui';

import { t } from '../i18n';
import type { BurnlineOptions } from '../types';

interface FieldProps {
  settings: DataSourcePluginOptionsEditorProps<BurnlineOptions>;
  label: string;
  tooltip: string;
  error?: string;
}

interface Props<K extends keyof BurnlineOptions> extends FieldProps {
  option: K;
  testId: string;
}

/** The label of one setting, and why its value is wrong. */
export function SettingField({ settings, label, tooltip, error, children }: FieldProps & { children: ReactElement }) {
  const state = { disabled: settings.options.readOnly, invalid: Boolean(error), error };
  return (
    <InlineField label={label} labelWidth={24} tooltip={tooltip} {...state}>
      {children}
    </InlineField>
  );
}

/** A setting that is a text. */
export function TextSetting(props: Props<'settle' | 'tenant'> & { placeholder: string }) {
  const { settings, option, testId, placeholder } = props;
  return (
    <SettingField {...props}>
      <Input
        id={testId}
        data-testid={testId}
        width={24}
        placeholder={placeholder}
        value={settings.options.jsonData[option] ?? ''}
        onChange={({ currentTarget: { value } }) =>
          updateDatasourcePluginJsonDataOption(settings, option, value.trim() || undefined)
        }
      />
    </SettingField>
  );
}

interface SizeProps extends Props<'cacheMiB' | 'maxResponseMiB'> {
  min: number;
  max: number;
  placeholder: string;
}

/** A setting that is a whole number of MiB. */
export function SizeSetting(props: SizeProps) {
  const { settings, option, testId, min, max, placeholder } = props;
  const size = settings.options.jsonData[option];
  const isValid = size === undefined || (Number.isInteger(size) && size >= min && size <= max);
  const error = t('config.cache-wrong', 'Enter a whole number between {{min}} and {{max}}', { min, max });
  return (
    <SettingField {...props} error={isValid ? undefined : error}>
      <Input
        id={testId}
        data-testid={testId}
        width={24}
        type="number"
        min={min}
        max={max}
        suffix="MiB"
        placeholder={placeholder}
        value={size ?? ''}
        onChange={({ currentTarget: { valueAsNumber: value } }) =>
          updateDatasourcePluginJsonDataOption(settings, option, Number.isNaN(value) ? undefined : value)
        }
      />
    </SettingField>
  );
}

interface ChoiceProps extends Props<'dialect' | 'maxSourceResolution' | 'estimator'> {
  /** The first one is the default, which is not stored. */
  options: ComboboxOption[];
}

/** A setting with a few values. */
export function ChoiceSetting(props: ChoiceProps) {
  const { settings, option, testId, options } = props;
  const { jsonData, readOnly } = settings.options;
  const byDefault = options[0].value;
  return (
    <SettingField {...props}>
      <Combobox
        id={testId}
        data-testid={testId}
        width={24}
        disabled={readOnly}
        options={options}
        value={jsonData[option] ?? byDefault}
        onChange={({ value }) =>
          updateDatasourcePluginJsonDataOption(settings, option, value === byDefault ? undefined : value)
        }
      />
    </SettingField>
  );
}
