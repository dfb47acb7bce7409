import React, { useCallback, useId, useMemo } from 'react';
import type { QueryEditorProps } from '@grafana/data';
import { EditorField, EditorRow, EditorRows } from '@grafana/plugin-ui';
import { MultiCombobox, type ComboboxOption } from '@grafana/ui';

import { t } from '../i18n';
import type { DataSource } from '../datasource';
import { testIds } from '../testIds';
import type { BurnlineOptions, BurnlineQuery } from '../types';
import { useAnswer } from '../useAnswer';
import type { VariableQuery, VariableType } from '../variables';
import { FiltersField, labelsOfSLOs } from './FiltersField';
import { SingleCombobox } from './SingleCombobox';
import { suggestions } from './suggestions';
import { variableOptions } from './variableOptions';

type Props = QueryEditorProps<DataSource, BurnlineQuery, BurnlineOptions, VariableQuery>;

const ids = testIds.variableEditor;

/** The values of a template variable. */
export function VariableEditor({ query, datasource, onChange, onRunQuery }: Props) {
  const typeId = useId();
  const types = useMemo(() => typeOptions(), []);
  const labelId = useId();
  const slosId = useId();
  const type = query.variable ?? 'slos';
  const ask = useCallback(() => datasource.getSLOs(), [datasource]);
  const catalog = useAnswer('', ask);
  const change = (patch: Partial<VariableQuery>) => {
    onChange({ ...query, ...patch });
    onRunQuery();
  };
  const ofSLOs = type === 'slos' || type === 'sloLabel';
  const requested = type === 'workloads' ? { ...query, queryType: 'resources' as const } : query;
  const labels = useCallback(
    (typed: string): Promise<ComboboxOption[]> =>
      suggestions(async () => {
        const found =
          type === 'sloLabel'
            ? await labelsOfSLOs(datasource)
            : await datasource.getLabelsOf(type === 'workloads' ? { ...query, queryType: 'resources' } : query);
        return found.filter((label) => label.includes(typed));
      }, variableOptions()),
    [datasource, query, type]
  );

  return (
    <EditorRows>
      <EditorRow>
        <EditorField label={t('variable.type', 'Variable type')} htmlFor={typeId} width={30}>
          <SingleCombobox<VariableType>
            id={typeId}
            data-testid={ids.type}
            options={types}
            value={type}
            onChange={(option) => change({ variable: option.value })}
          />
        </EditorField>
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
          <EditorField
            label={t('catalog.slos', 'SLOs')}
            htmlFor={slosId}
            width={40}
            invalid={Boolean(catalog.error)}
            error={catalog.error}
          >
            <MultiCombobox
              id={slosId}
              data-testid={ids.slos}
              placeholder={t('catalog.every', 'All SLOs of the catalog')}
              options={[...(catalog.value ?? []).map(({ name }) => ({ value: name })), ...variableOptions()]}
              value={query.slos ?? []}
              onChange={(options) => change({ slos: options.length > 0 ? options.map((o) => o.value) : undefined })}
              createCustomValue
              isClearable
            />
          </EditorField>
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
