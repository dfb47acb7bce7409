import React, { useId, useRef } from 'react';
import type { SelectableValue } from '@grafana/data';
import { EditorField } from '@grafana/plugin-ui';
import { RadioButtonGroup } from '@grafana/ui';

import { t } from '../i18n';
import { exampleEvents } from '../examples';
import { testIds } from '../testIds';
import type { BurnlineQuery } from '../types';

type Source = 'catalog' | 'inline';
type Choice = Pick<BurnlineQuery, 'slos' | 'inline' | 'groupBy' | 'policy'>;

interface Props {
  query: BurnlineQuery;
  onChange: (patch: Choice) => void;
}

/** Switches between the catalog's SLOs and one in the query. Each choice keeps its content. */
export function SourceField({ query, onChange }: Props) {
  const id = useId();
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
    <EditorField label={t('source.label', 'SLO source')}>
      <div data-testid={testIds.queryEditor.source}>
        <RadioButtonGroup
          id={id}
          aria-label={t('source.label', 'SLO source')}
          options={sources()}
          value={query.inline ? 'inline' : 'catalog'}
          onChange={switchSource}
        />
      </div>
    </EditorField>
  );
}

function sources(): Array<SelectableValue<Source>> {
  return [
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
  ];
}
