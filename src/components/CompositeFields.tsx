import React, { useCallback, useId } from 'react';
import { EditorField } from '@grafana/plugin-ui';
import { MultiCombobox } from '@grafana/ui';

import { t } from '../i18n';
import { problemAt } from '../problems';
import { testIds } from '../testIds';
import type { CompositeSLI } from '../types';
import { useAnswer } from '../useAnswer';
import { variableOptions } from './variableOptions';
import { ChoiceField, NumberField, type InlineFieldProps } from './controls';

function isWeight(path: string): boolean {
  return /^sli\.composite\.of\[\d+\]\.weight$/.test(path);
}

/** The SLOs of the catalog that a composite is made of, and their weights. */
export function CompositeFields(props: InlineFieldProps & { composite: CompositeSLI }) {
  const { slo, composite, problems, datasource, onChange, onChangeAndRun, onBlur } = props;
  const id = useId();
  const ask = useCallback(() => datasource.getSLOs(), [datasource]);
  const known = useAnswer('', ask).value ?? [];
  const problem = problemAt(
    problems.filter(({ path }) => !isWeight(path)),
    'sli.composite.of'
  );
  const next = (composite: CompositeSLI) => ({ ...slo, sli: { composite } });
  const weighted = composite.mode !== 'all';

  return (
    <>
      <EditorField label={t('composite.of', 'SLOs')} htmlFor={id} width={40} invalid={Boolean(problem)} error={problem}>
        <MultiCombobox
          id={id}
          data-testid={testIds.queryEditor.members}
          placeholder={t('composite.choose', 'Two or more SLOs of the catalog')}
          options={[
            ...known.filter(({ kind }) => kind !== 'composite').map(({ name }) => ({ value: name })),
            ...variableOptions(),
          ]}
          value={composite.of.map((member) => member.slo)}
          onChange={(options) =>
            onChangeAndRun(
              next({
                ...composite,
                of: options.map(({ value }) => composite.of.find((member) => member.slo === value) ?? { slo: value }),
              })
            )
          }
        />
      </EditorField>
      <ChoiceField
        path="sli.composite.mode"
        label={t('composite.mode', 'Combine by')}
        options={[
          {
            value: 'weighted',
            label: t('composite.weighted', 'Weighted mean'),
            description: t('composite.weighted-explained', 'The weighted mean of their SLIs'),
          },
          {
            value: 'all',
            label: t('composite.all', 'All must pass'),
            description: t('composite.all-explained', 'Like the steps of a journey'),
          },
        ]}
        value={composite.mode ?? 'weighted'}
        problems={problems}
        testId={testIds.queryEditor.combine}
        onChange={(mode) =>
          onChangeAndRun(
            next({ mode, of: mode === 'all' ? composite.of.map((member) => ({ slo: member.slo })) : composite.of })
          )
        }
      />
      {weighted &&
        composite.of.map((member, index) => (
          <NumberField
            key={member.slo}
            path={`sli.composite.of[${index}].weight`}
            label={t('composite.weight', 'Weight of {{slo}}', { slo: member.slo })}
            placeholder="1"
            value={member.weight}
            problems={problems}
            testId={`${testIds.queryEditor.members}-weight`}
            onChange={(weight) =>
              onChange(
                next({ ...composite, of: composite.of.map((one, i) => (i === index ? { ...one, weight } : one)) })
              )
            }
            onBlur={onBlur}
          />
        ))}
    </>
  );
}
