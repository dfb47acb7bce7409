import React, { useCallback, useId } from 'react';
import { EditorField } from '@grafana/plugin-ui';
import { MultiCombobox } from '@grafana/ui';

import { t } from '../i18n';
import type { DataSource } from '../datasource';
import { testIds } from '../testIds';
import type { BurnlineQuery } from '../types';
import { useAnswer } from '../useAnswer';
import { variableOptions } from './variableOptions';

interface Props {
  query: BurnlineQuery;
  datasource: DataSource;
  onChange: (patch: Partial<BurnlineQuery>) => void;
}

/** The policies that are replayed. */
export function BacktestFields({ query, datasource, onChange }: Props) {
  const id = useId();
  const ask = useCallback(() => datasource.getPolicies(), [datasource]);
  const known = useAnswer('', ask);
  const error = known.error && t('policy.unlisted', 'Failed to list the policies: {{reason}}', { reason: known.error });
  return (
    <>
      <EditorField
        label={t('backtest.policies', 'Policies')}
        htmlFor={id}
        width={40}
        invalid={Boolean(error)}
        error={error}
      >
        <MultiCombobox
          id={id}
          data-testid={testIds.queryEditor.policies}
          placeholder={t('backtest.all', 'All policies')}
          options={[
            ...(known.value ?? []).map(({ name, description }) => ({ value: name, description })),
            ...variableOptions(),
          ]}
          value={query.backtest?.policies ?? []}
          onChange={(options) =>
            onChange({
              backtest: { ...query.backtest, policies: options.length > 0 ? options.map((o) => o.value) : undefined },
            })
          }
          createCustomValue
          isClearable
        />
      </EditorField>
    </>
  );
}
