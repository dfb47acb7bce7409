import React from 'react';
import { MultiCombobox, type ComboboxOption } from '@grafana/ui';

import { since124 } from '../grafanaVersion';
import { t } from '../i18n';
import type { Problem } from '../resources';
import { testIds } from '../testIds';
import type { SLO } from '../types';
import { windowsOf, windowTexts } from '../windows';
import { ProblemField } from './ProblemField';
import { variableOptions } from './variableOptions';

interface Props {
  value: SLO['window'];
  problems: Problem[];
  onChange: (value: SLO['window']) => void;
}

/** The window of the objective: rolling, a calendar period, or several. */
export function WindowField({ value, problems, onChange }: Props) {
  return (
    <ProblemField
      path="window"
      label={t('window.label', 'Window')}
      tooltip={t(
        'window.tooltip',
        'Rolling from 1h to 366d (30d, 4w), or a calendar period with a time zone (month Europe/Berlin). Each window has its own row.'
      )}
      width={26}
      problems={problems}
    >
      {(id) => (
        <MultiCombobox
          id={id}
          data-testid={testIds.queryEditor.window}
          placeholder="30d"
          options={[...windows(), ...variableOptions()]}
          value={windowTexts(value)}
          onChange={(options) => onChange(windowsOf(options.map((option) => option.value)))}
          createCustomValue
          {...since124({ customValueDescription: t('window.custom', 'Use this window') })}
        />
      )}
    </ProblemField>
  );
}

function windows(): ComboboxOption[] {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
  const rolling = t('window.rolling', 'Rolling');
  const calendar = t('window.calendar', 'Calendar period');
  return [
    ...['30d', '28d', '7d', '90d', '1d'].map((value) => ({ value, description: rolling })),
    ...['month', 'week', 'quarter', 'year'].map((unit) => ({ value: `${unit} ${zone}`, description: calendar })),
  ];
}
