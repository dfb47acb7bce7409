import React, { useCallback } from 'react';
import { type ComboboxOption } from '@grafana/ui';

import { t } from '../i18n';
import type { DataSource } from '../datasource';
import type { SLOInfo } from '../resources';
import { testIds } from '../testIds';
import type { BurnlineQuery } from '../types';
import { useAnswer } from '../useAnswer';
import { LabelsField } from './LabelsField';
import { MultiSelectField, RadioField } from './queryFields';
import { variableOptions } from './variableOptions';

interface Props {
  query: BurnlineQuery;
  datasource: DataSource;
  onChange: (patch: Partial<BurnlineQuery>) => void;
}

/** The SLOs of the catalog, and the grouping that this query replaces. */
export function CatalogFields({ query, datasource, onChange }: Props) {
  const ask = useCallback(() => datasource.getSLOs(), [datasource]);
  const catalog = useAnswer('', ask);
  const known = catalog.value ?? [];
  const unknown = catalog.value ? unknownNames(query.slos, known) : [];
  const problem =
    (catalog.error &&
      t('catalog.unlisted', 'Failed to list the SLOs of the catalog: {{reason}}', { reason: catalog.error })) ||
    (unknown.length > 0 && t('catalog.unknown', 'Not in the catalog: {{names}}', { names: unknown.join(', ') })) ||
    undefined;
  const first = query.slos?.[0] ?? known[0]?.name;

  const defined = known.find((slo) => slo.name === first)?.by;
  const labels = useCallback(() => (first ? datasource.getLabels(first) : Promise.resolve([])), [datasource, first]);

  return (
    <>
      <MultiSelectField
        label={t('catalog.slos', 'SLOs')}
        width={40}
        error={problem}
        testId={testIds.queryEditor.slos}
        placeholder={
          known.length > 0 || !catalog.value
            ? t('catalog.every', 'All SLOs of the catalog')
            : t('catalog.none', 'No SLO in the catalog yet')
        }
        options={[...known.map(describe), ...variableOptions()]}
        value={query.slos}
        onChange={(slos) => onChange({ slos })}
        custom
      />
      <RadioField
        label={t('inline.group-by', 'Group by')}
        tooltip={
          defined &&
          t('group-by.defined', 'SLO default: {{labels}}.', {
            labels: defined.join(', ') || t('group-by.total', 'one total'),
          })
        }
        testId={testIds.queryEditor.grouping}
        options={[
          { value: 'defined', label: t('group-by.as-slo', 'SLO default') },
          { value: 'labels', label: t('group-by.other', 'Custom') },
        ]}
        value={query.groupBy ? 'labels' : 'defined'}
        onChange={(choice) => onChange({ groupBy: choice === 'labels' ? (defined ?? []) : undefined })}
      />
      {query.groupBy && (
        <LabelsField
          label={t('group-by.labels', 'Labels')}
          value={query.groupBy}
          labels={labels}
          onChange={(groupBy) => onChange({ groupBy })}
        />
      )}
    </>
  );
}

function describe(slo: SLOInfo): ComboboxOption {
  const by = slo.by.length > 0 ? ` by ${slo.by.join(', ')}` : '';
  return { value: slo.name, description: slo.description || `${slo.objective}% over ${slo.window}, ${slo.kind}${by}` };
}

// Names with template variables are not checked: their values may change.
function unknownNames(names: string[] = [], known: SLOInfo[]): string[] {
  return names.filter((name) => !name.includes('$') && !name.includes('[[') && !known.some((slo) => slo.name === name));
}
