import React, { useId } from 'react';
import { EditorField } from '@grafana/plugin-ui';
import { MultiCombobox, Text } from '@grafana/ui';

import { t } from '../i18n';
import { testIds } from '../testIds';
import type { BurnlineQuery, WhatIfOptions } from '../types';
import { variableOptions } from './variableOptions';

interface Props {
  query: BurnlineQuery;
  onChange: (patch: Partial<BurnlineQuery>) => void;
}

/** The objectives and windows to compare, in all combinations. */
export function WhatIfFields({ query, onChange }: Props) {
  const objectivesId = useId();
  const windowsId = useId();
  const { objectives = [], windows = [] } = query.whatif ?? {};
  const change = (whatif: WhatIfOptions) => onChange({ whatif });
  const missing =
    objectives.length + windows.length === 0
      ? t('whatif.missing', 'Select objectives, windows or both to compare.')
      : undefined;
  return (
    <>
      <EditorField label={t('whatif.objectives', 'Objectives')} htmlFor={objectivesId} width={34}>
        <MultiCombobox
          id={objectivesId}
          data-testid={testIds.queryEditor.objectives}
          placeholder={t('whatif.own', 'SLO default')}
          options={[
            ...[99, 99.5, 99.9, 99.95, 99.99].map((percent) => ({ value: String(percent), label: `${percent}%` })),
            ...variableOptions(),
          ]}
          value={objectives.map(String)}
          onChange={(options) => change({ objectives: options.map(({ value }) => numberOrText(value)), windows })}
          createCustomValue
        />
      </EditorField>
      <EditorField label={t('whatif.windows', 'Windows')} htmlFor={windowsId} width={30}>
        <MultiCombobox
          id={windowsId}
          data-testid={testIds.queryEditor.windows}
          placeholder={t('whatif.own', 'SLO default')}
          options={[...['7d', '14d', '28d', '30d', '90d'].map((value) => ({ value })), ...variableOptions()]}
          value={windows}
          onChange={(options) => change({ objectives, windows: options.map(({ value }) => value) })}
          createCustomValue
        />
      </EditorField>
      {missing && (
        <Text variant="bodySmall" color="secondary">
          {missing}
        </Text>
      )}
    </>
  );
}

// Text that is not a number may be a template variable. The backend reports other mistakes.
function numberOrText(text: string): number | string {
  const number = Number(text.replace('%', '').trim());
  return Number.isNaN(number) ? text : number;
}
