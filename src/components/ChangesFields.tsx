import React, { useId } from 'react';
import { EditorField } from '@grafana/plugin-ui';
import { MultiCombobox, type ComboboxOption } from '@grafana/ui';

import { t } from '../i18n';
import { testIds } from '../testIds';
import type { BurnlineQuery, ChangeKind } from '../types';
import { TopField } from './TopField';

interface Props {
  query: BurnlineQuery;
  onChange: (patch: Partial<BurnlineQuery>) => void;
}

/** Which changes are compared, and how many rows there are. */
export function ChangesFields({ query, onChange }: Props) {
  const id = useId();
  return (
    <>
      <EditorField label={t('changes.kinds', 'Change types')} htmlFor={id} width={40}>
        <MultiCombobox
          id={id}
          data-testid={testIds.queryEditor.changes}
          placeholder={t('changes.all', 'All')}
          options={kinds()}
          value={query.changes?.kinds ?? []}
          onChange={(options) =>
            onChange({
              changes: { ...query.changes, kinds: options.length > 0 ? options.map(({ value }) => value) : undefined },
            })
          }
          isClearable
        />
      </EditorField>
      <TopField
        label={t('changes.top', 'Rows per group')}
        width={14}
        placeholder="20"
        value={query.changes?.top}
        onChange={(top) => onChange({ changes: { ...query.changes, top } })}
      />
    </>
  );
}

function kinds(): Array<ComboboxOption<ChangeKind>> {
  return [
    { value: 'rollout', label: t('changes.rollout', 'Rollouts') },
    { value: 'config', label: t('changes.config', 'ConfigMaps and Secrets') },
    { value: 'restart', label: t('changes.restart', 'Restarts') },
    { value: 'oom', label: t('changes.oom', 'Out of memory') },
    { value: 'node', label: t('changes.node', 'Nodes not ready or drained') },
    { value: 'scaling', label: t('changes.scaling', 'Autoscalers at their maximum') },
    { value: 'exclusion', label: t('changes.exclusion', 'Exclusions') },
  ];
}
