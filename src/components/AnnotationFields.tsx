import React, { useId } from 'react';
import { EditorField } from '@grafana/plugin-ui';
import { MultiCombobox, type ComboboxOption } from '@grafana/ui';

import { t } from '../i18n';
import { testIds } from '../testIds';
import type { AnnotationKind, BurnlineQuery } from '../types';

interface Props {
  query: BurnlineQuery;
  onChange: (patch: Partial<BurnlineQuery>) => void;
}

/** The kinds of events to show. */
export function AnnotationFields({ query, onChange }: Props) {
  const id = useId();
  return (
    <EditorField label={t('annotations.kinds', 'Annotation types')} htmlFor={id} width={40}>
      <MultiCombobox
        id={id}
        data-testid={testIds.queryEditor.annotations}
        placeholder={t('annotations.all', 'All')}
        options={kinds()}
        value={query.annotations ?? []}
        onChange={(options) =>
          onChange({ annotations: options.length > 0 ? options.map((option) => option.value) : undefined })
        }
        isClearable
      />
    </EditorField>
  );
}

function kinds(): Array<ComboboxOption<AnnotationKind>> {
  return [
    {
      value: 'firing',
      label: t('annotations.firing', 'Alerts'),
      description: t('annotations.firing-explained', 'When alerts of the policy fired'),
    },
    {
      value: 'budget',
      label: t('annotations.budget', 'Budget'),
      description: t('annotations.budget-explained', 'When the budget was spent, and when it recovered'),
    },
    {
      value: 'exclusions',
      label: t('annotations.exclusions', 'Exclusions'),
      description: t('annotations.exclusions-explained', 'Excluded periods, such as maintenance'),
    },
    {
      value: 'rollouts',
      label: t('annotations.rollouts', 'Rollouts'),
      description: t('annotations.rollouts-explained', 'When a workload changed, from kube-state-metrics'),
    },
    {
      value: 'config',
      label: t('annotations.config', 'Configurations'),
      description: t('annotations.config-explained', 'When a ConfigMap or Secret changed'),
    },
    {
      value: 'restarts',
      label: t('annotations.restarts', 'Restarts'),
      description: t('annotations.restarts-explained', 'When containers restarted, also for their memory'),
    },
    {
      value: 'nodes',
      label: t('annotations.nodes', 'Nodes'),
      description: t('annotations.nodes-explained', 'When nodes were not ready or drained'),
    },
    {
      value: 'scaling',
      label: t('annotations.scaling', 'Autoscalers'),
      description: t('annotations.scaling-explained', 'When autoscalers were at their maximum'),
    },
  ];
}
