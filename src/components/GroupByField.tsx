import React, { useId } from 'react';
import type { SelectableValue } from '@grafana/data';
import { EditorField } from '@grafana/plugin-ui';
import { RadioButtonGroup } from '@grafana/ui';

import { t } from '../i18n';
import { testIds } from '../testIds';
import { LabelsField } from './LabelsField';

interface Props {
  /** Undefined: as in the SLO. Empty: one total. */
  value?: string[];
  /** The labels of the SLO, if known. */
  defined?: string[];
  labels: () => Promise<string[]>;
  onChange: (value: string[] | undefined) => void;
}

/** Replaces the group labels of the SLOs. */
export function GroupByField({ value, defined, labels, onChange }: Props) {
  const id = useId();
  return (
    <>
      <EditorField
        label={t('inline.group-by', 'Group by')}
        tooltip={
          defined &&
          t('group-by.defined', 'SLO default: {{labels}}.', {
            labels: defined.join(', ') || t('group-by.total', 'one total'),
          })
        }
      >
        <div data-testid={testIds.queryEditor.grouping}>
          <RadioButtonGroup
            id={id}
            aria-label={t('inline.group-by', 'Group by')}
            options={choices()}
            value={value ? 'labels' : 'defined'}
            onChange={(choice) => onChange(choice === 'labels' ? (defined ?? []) : undefined)}
          />
        </div>
      </EditorField>
      {value && (
        <LabelsField label={t('group-by.labels', 'Labels')} value={value} labels={labels} onChange={onChange} />
      )}
    </>
  );
}

function choices(): Array<SelectableValue<'defined' | 'labels'>> {
  return [
    { value: 'defined', label: t('group-by.as-slo', 'SLO default') },
    { value: 'labels', label: t('group-by.other', 'Custom') },
  ];
}
