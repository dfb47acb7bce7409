import React, { useRef } from 'react';

import { t } from '../i18n';
import { exampleEvents } from '../examples';
import { testIds } from '../testIds';
import type { BurnlineQuery } from '../types';
import { RadioField } from './queryFields';

type Source = 'catalog' | 'inline';
type Choice = Pick<BurnlineQuery, 'slos' | 'inline' | 'groupBy' | 'policy'>;

interface Props {
  query: BurnlineQuery;
  onChange: (patch: Choice) => void;
}

/** Switches between the catalog's SLOs and one in the query. Each choice keeps its content. */
export function SourceField({ query, onChange }: Props) {
  const left = useRef<Choice | undefined>(undefined);

  const switchSource = (source: Source) => {
    const { slos, inline, groupBy, policy } = query;
    const previous = left.current;
    left.current = { slos, inline, groupBy, policy };
    onChange({
      slos: undefined,
      inline: undefined,
      groupBy: undefined,
      policy: undefined,
      ...(previous ?? (source === 'inline' && { inline: exampleEvents })),
    });
  };

  return (
    <RadioField
      label={t('source.label', 'SLO source')}
      testId={testIds.queryEditor.source}
      options={[
        {
          value: 'catalog',
          label: t('source.catalog', 'Catalog'),
          description: t('source.catalog-explained', 'SLOs defined in the settings of the data source'),
        },
        {
          value: 'inline',
          label: t('source.inline', 'This query'),
          description: t('source.inline-explained', 'An SLO in this query, to try it out or for this panel only'),
        },
      ]}
      value={query.inline ? 'inline' : 'catalog'}
      onChange={switchSource}
    />
  );
}
