import React, { useCallback } from 'react';
import { EditorField } from '@grafana/plugin-ui';

import { t } from '../i18n';
import type { DataSource } from '../datasource';
import { testIds } from '../testIds';
import type { BurnlineQuery, SeriesFilter } from '../types';
import { MatcherList } from './MatcherList';

interface Props {
  query: BurnlineQuery;
  datasource: DataSource;
  onChange: (filters: SeriesFilter[] | undefined) => void;
}

/** Matchers on the counted series, in addition to those in the SLOs. */
export function FiltersField({ query, datasource, onChange }: Props) {
  const findLabels = useCallback(() => datasource.getLabelsOf({ ...query, filters: [] }), [datasource, query]);
  const findValues = (label: string) =>
    datasource.getValuesOf({ ...query, filters: query.filters?.filter((filter) => filter.label !== label) }, label);
  const name = t('filters.label', 'Filters');
  return (
    <EditorField
      label={name}
      tooltip={t(
        'filters.tooltip',
        'Counts only series with these labels. Adds matchers to every selector of the SLO.'
      )}
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
