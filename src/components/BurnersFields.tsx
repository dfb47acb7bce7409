import React, { useCallback, useId } from 'react';
import { EditorField } from '@grafana/plugin-ui';
import { Input } from '@grafana/ui';

import { t } from '../i18n';
import type { DataSource } from '../datasource';
import { testIds } from '../testIds';
import type { BurnlineQuery } from '../types';
import { LabelsField } from './LabelsField';

interface Props {
  query: BurnlineQuery;
  datasource: DataSource;
  onChange: (patch: Partial<BurnlineQuery>) => void;
}

/** By which labels the bad events are split, and how many rows there are. */
export function BurnersFields({ query, datasource, onChange }: Props) {
  const topId = useId();
  const { by = [], top } = query.burners ?? {};
  const labels = useCallback(() => datasource.getLabelsOf(query), [datasource, query]);
  return (
    <>
      <LabelsField
        label={t('burners.by', 'Split by')}
        placeholder={t('burners.choose', 'Labels of bad events')}
        value={by}
        labels={labels}
        testId={testIds.queryEditor.burnersBy}
        onChange={(by) => onChange({ burners: { ...query.burners, by } })}
      />
      <EditorField label={t('burners.top', 'Rows per group')} htmlFor={topId} width={14}>
        <Input
          id={topId}
          data-testid={testIds.queryEditor.top}
          type="number"
          min={1}
          max={1000}
          placeholder="20"
          defaultValue={top ?? ''}
          onBlur={(event) => {
            const number = event.currentTarget.valueAsNumber;
            onChange({ burners: { ...query.burners, by, top: Number.isNaN(number) ? undefined : number } });
          }}
        />
      </EditorField>
    </>
  );
}
