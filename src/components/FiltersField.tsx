import React, { useCallback } from 'react';
import { EditorField } from '@grafana/plugin-ui';

import { t } from '../i18n';
import type { DataSource } from '../datasource';
import { testIds } from '../testIds';
import type { BurnlineQuery, SeriesFilter } from '../types';
import { distinct } from '../variables';
import { MatcherList } from './MatcherList';

interface Props {
  query: BurnlineQuery;
  datasource: DataSource;
  /** The filters are about the labels of the SLOs, and not about series. */
  ofSLOs?: boolean;
  onChange: (filters: SeriesFilter[] | undefined) => void;
}

/** Matchers on the counted series, in addition to those in the SLOs, or on the labels of the SLOs. */
export function FiltersField({ query, datasource, ofSLOs, onChange }: Props) {
  const findLabels = useCallback(
    () => (ofSLOs ? labelsOfSLOs(datasource) : datasource.getLabelsOf({ ...query, filters: [] })),
    [datasource, query, ofSLOs]
  );
  const findValues = async (label: string) =>
    ofSLOs
      ? distinct((await datasource.getSLOs()).flatMap(({ labels }) => labels?.[label] ?? []))
      : datasource.getValuesOf({ ...query, filters: query.filters?.filter((filter) => filter.label !== label) }, label);
  const name = t('filters.label', 'Filters');
  return (
    <EditorField
      label={name}
      tooltip={
        ofSLOs
          ? t('filters.slos-tooltip', 'Only SLOs with these labels in the catalog.')
          : t('filters.tooltip', 'Counts only series with these labels. Adds matchers to every selector of the SLO.')
      }
    >
      <div>
        <MatcherList
          matchers={(query.filters ?? []).map((filter) => ({ ...filter, op: filter.op ?? '=' }))}
          name={name}
          selector=""
          datasource={datasource}
          testId={testIds.queryEditor.filters}
          findLabels={findLabels}
          findValues={findValues}
          onChange={(filters) => onChange(filters.length > 0 ? filters : undefined)}
        />
      </div>
    </EditorField>
  );
}

/** The names of the labels that the catalog gives to SLOs. */
export async function labelsOfSLOs(datasource: DataSource): Promise<string[]> {
  return distinct((await datasource.getSLOs()).flatMap(({ labels }) => Object.keys(labels ?? {})));
}
