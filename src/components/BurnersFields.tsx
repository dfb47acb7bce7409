import React, { useCallback } from 'react';

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

/** The version that served an event. Every SLO has it, whatever the labels of its series. */
const revisionLabel = 'revision';

/** The labels that the bad events are split by. */
export function BurnersFields({ query, datasource, onChange }: Props) {
  const { by = [] } = query.burners ?? {};
  const labels = useCallback(
    async () => [...new Set([revisionLabel, ...(await datasource.getLabelsOf(query))])],
    [datasource, query]
  );
  return (
    <LabelsField
      label={t('burners.by', 'Split by')}
      placeholder={t('burners.choose', 'Labels of bad events')}
      value={by}
      labels={labels}
      testId={testIds.queryEditor.burnersBy}
      onChange={(by) => onChange({ burners: { ...query.burners, by } })}
    />
  );
}
