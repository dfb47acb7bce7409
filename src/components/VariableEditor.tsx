import React, { useCallback, useId, useMemo } from 'react';
import type { QueryEditorProps } from '@grafana/data';
import { EditorField, EditorRow, EditorRows } from '@grafana/plugin-ui';
import { type ComboboxOption } from '@grafana/ui';

import { t } from '../i18n';
import type { DataSource } from '../datasource';
import { testIds } from '../testIds';
import type { BurnlineOptions, BurnlineQuery } from '../types';
import { useAnswer } from '../useAnswer';
import type { VariableQuery, VariableType } from '../variables';
import { FiltersField, labelsOfSLOs } from './FiltersField';
import { SingleCombobox } from './SingleCombobox';
import { MultiSelectField, SelectField } from './queryFields';
import { suggestions } from './suggestions';
import { variableOptions } from './variableOptions';

type Props = QueryEditorProps<DataSource, BurnlineQuery, BurnlineOptions, VariableQuery>;

const ids = testIds.variableEditor;

/** The values of a template variable. */
export function VariableEditor({ query, datasource, onChange, onRunQuery }: Props) {
  const labelId = useId();
  const type = query.variable ?? 'slos';
  const ask = useCallback(() => datasource.getSLOs(), [datasource]);
  const catalog = useAnswer('', ask);
  const change = (patch: Partial<VariableQuery>) => {
    onChange({ ...query, ...patch });
    onRunQuery();
  };
  const ofSLOs = type === 'slos' || type === 'sloLabel';
  const requested = useMemo(
    () => (type === 'workloads' ? { ...query, queryType: 'resources' as const } : query),
    [query, type]
  );
  const labels = useCallback(
    (typed: string): Promise<ComboboxOption[]> =>
      suggestions(async () => {
        const found = await (type === 'sloLabel' ? labelsOfSLOs(datasource) : datasource.getLabelsOf(requested));
        return found.filter((label) => label.includes(typed));
      }, variableOptions()),
    [datasource, requested, type]
  );

  return (
    <EditorRows>
      <EditorRow>
        <SelectField
          label={t('variable.type', 'Variable type')}
          width={30}
          testId={ids.type}
          options={typeOptions()}
          value={type}
          onChange={(variable) => change({ variable })}
        />
        {(type === 'values' || type === 'sloLabel' || type === 'workloads') && (
          <EditorField label={t('variable.label', 'Label')} htmlFor={labelId} width={26}>
            <SingleCombobox
              // Another type has other labels.
              key={type}
              id={labelId}
              data-testid={ids.label}
              placeholder={type === 'sloLabel' ? 'service' : 'workload'}
              options={labels}
              value={query.label ?? null}
              onChange={(option) => change({ label: option.value })}
              createCustomValue
            />
          </EditorField>
        )}
        {type !== 'policies' && type !== 'workloads' && (
          <MultiSelectField
            label={t('catalog.slos', 'SLOs')}
            width={40}
            error={catalog.error}
            testId={ids.slos}
            placeholder={t('catalog.every', 'All SLOs of the catalog')}
            options={[...(catalog.value ?? []).map(({ name }) => ({ value: name })), ...variableOptions()]}
            value={query.slos}
            onChange={(slos) => change({ slos })}
            custom
          />
        )}
        {type !== 'policies' && (
          <FiltersField
            query={requested}
            datasource={datasource}
            ofSLOs={ofSLOs}
            onChange={(filters) => change({ filters })}
          />
        )}
      </EditorRow>
    </EditorRows>
  );
}

function typeOptions(): Array<ComboboxOption<VariableType>> {
  return [
    {
      value: 'slos',
      label: t('variable.slos', 'SLOs'),
      description: t('variable.slos-explained', 'Names of the SLOs'),
    },
    {
      value: 'values',
      label: t('variable.values', 'Label values'),
      description: t('variable.values-explained', 'Namespaces, workloads … of the counted series'),
    },
    {
      value: 'sloLabel',
      label: t('variable.slo-label', 'SLO label values'),
      description: t('variable.slo-label-explained', 'Services, teams … from the catalog'),
    },
    {
      value: 'labels',
      label: t('variable.labels', 'Label names'),
      description: t('variable.labels-explained', 'For grouping'),
    },
    {
      value: 'workloads',
      label: t('variable.workloads', 'Workloads'),
      description: t('variable.workloads-explained', 'Namespaces, workloads … of the cluster, with or without SLOs'),
    },
    { value: 'policies', label: t('variable.policies', 'Alert policies') },
  ];
}
