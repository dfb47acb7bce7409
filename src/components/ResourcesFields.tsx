import React, { useCallback, useId } from 'react';
import type { SelectableValue } from '@grafana/data';
import { EditorField } from '@grafana/plugin-ui';
import { MultiCombobox, RadioButtonGroup } from '@grafana/ui';

import { t } from '../i18n';
import type { DataSource } from '../datasource';
import { testIds } from '../testIds';
import type { BurnlineQuery, ResourcesOptions } from '../types';
import { useAnswer } from '../useAnswer';
import { LabelsField } from './LabelsField';
import { variableOptions } from './variableOptions';

interface Props {
  query: BurnlineQuery;
  datasource: DataSource;
  onChange: (patch: Partial<BurnlineQuery>) => void;
}

type Format = NonNullable<ResourcesOptions['format']>;

/** The signals of workloads, as a table or over time, and their group labels. */
export function ResourcesFields({ query, datasource, onChange }: Props) {
  const signalsId = useId();
  const formatId = useId();
  const ask = useCallback(() => datasource.getSignals(), [datasource]);
  const known = useAnswer('', ask);
  const labels = useCallback(() => datasource.getLabelsOf(query), [datasource, query]);
  const { signals = [], format = 'table' } = query.resources ?? {};
  const change = (patch: ResourcesOptions) => onChange({ resources: { ...query.resources, ...patch } });
  const chosen = (list: string[]) => (list.length > 0 ? list : undefined);
  return (
    <>
      <EditorField
        label={t('resources.signals', 'Signals')}
        htmlFor={signalsId}
        width={40}
        invalid={Boolean(known.error)}
        error={known.error}
      >
        <MultiCombobox
          id={signalsId}
          data-testid={testIds.queryEditor.signals}
          placeholder={t('resources.all', 'All available')}
          options={[
            ...(known.value ?? []).map(({ name, title, about }) => ({ value: name, label: title, description: about })),
            ...variableOptions(),
          ]}
          value={signals}
          onChange={(options) => change({ signals: chosen(options.map(({ value }) => value)) })}
          isClearable
        />
      </EditorField>
      <EditorField label={t('resources.format', 'Format')}>
        <div data-testid={testIds.queryEditor.format}>
          <RadioButtonGroup
            id={formatId}
            aria-label={t('resources.format', 'Format')}
            options={formats()}
            value={format}
            onChange={(format) => change({ format })}
          />
        </div>
      </EditorField>
      <LabelsField
        label={t('inline.group-by', 'Group by')}
        placeholder={t('resources.by-workload', 'Workload')}
        value={query.groupBy ?? []}
        labels={labels}
        onChange={(groupBy) => onChange({ groupBy: chosen(groupBy) })}
      />
    </>
  );
}

function formats(): Array<SelectableValue<Format>> {
  return [
    {
      value: 'table',
      label: t('resources.table', 'Table'),
      description: t('resources.table-explained', 'One row per workload, at the end of the time range'),
    },
    {
      value: 'timeseries',
      label: t('resources.timeseries', 'Time series'),
      description: t('resources.timeseries-explained', 'One series per workload and signal'),
    },
  ];
}
