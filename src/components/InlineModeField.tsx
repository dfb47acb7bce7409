import React, { useId } from 'react';
import { EditorField } from '@grafana/plugin-ui';
import { RadioButtonGroup } from '@grafana/ui';

import { t } from '../i18n';
import { testIds } from '../testIds';

export type InlineMode = 'builder' | 'yaml';

interface Props {
  value: InlineMode;
  onChange: (value: InlineMode) => void;
}

/** How an SLO in the query is written. */
export function InlineModeField({ value, onChange }: Props) {
  const id = useId();
  const label = t('inline.mode', 'SLO editor');
  return (
    <EditorField label={label}>
      <div data-testid={testIds.queryEditor.mode}>
        <RadioButtonGroup<InlineMode>
          id={id}
          aria-label={label}
          options={[
            { value: 'builder', label: t('inline.builder', 'Builder') },
            { value: 'yaml', label: t('inline.yaml', 'YAML') },
          ]}
          value={value}
          onChange={onChange}
        />
      </div>
    </EditorField>
  );
}
