import React, { type ComponentType, type ReactElement } from 'react';
import { AccessoryButton, EditorField, EditorList, InputGroup } from '@grafana/plugin-ui';
import { Input } from '@grafana/ui';

import { t } from '../i18n';
import { problemAt } from '../problems';
import { testIds } from '../testIds';
import type { Exclusion } from '../types';
import { SingleCombobox } from './SingleCombobox';
import type { InlineFieldProps } from './controls';

const ids = testIds.queryEditor;

/** Maintenance exclusions: once, or at each recurrence of a rule. */
export function ExclusionsField({ slo, problems, onChange, onChangeAndRun, onBlur }: InlineFieldProps) {
  const problem = problemAt(problems, 'exclude');
  const name = t('exclude.label', 'Maintenance exclusions');
  const withList = (exclude: Exclusion[]) => {
    const { exclude: _, ...rest } = slo;
    return exclude.length > 0 ? { ...rest, exclude } : rest;
  };
  const renderItem = (item: Exclusion, change: (item: Exclusion) => void, remove: () => void) => {
    const text = (key: 'from' | 'to' | 'every' | 'duration', label: string, placeholder: string, width: number) => (
      <Input
        aria-label={label}
        data-testid={`${ids.exclude}-${key}`}
        placeholder={placeholder}
        width={width}
        value={item[key] ?? ''}
        onChange={(event) => change({ ...item, [key]: event.currentTarget.value })}
        onBlur={onBlur}
      />
    );
    const recurs = item.every !== undefined;
    return (
      <InputGroup>
        <SingleCombobox<'once' | 'every'>
          aria-label={t('exclude.kind', 'Frequency')}
          data-testid={`${ids.exclude}-kind`}
          width={14}
          options={[
            { value: 'once', label: t('exclude.once', 'Once') },
            { value: 'every', label: t('exclude.every', 'Recurring') },
          ]}
          value={recurs ? 'every' : 'once'}
          onChange={({ value }) => {
            const { from: _, to: __, every: ___, duration: ____, ...kept } = item;
            change(value === 'every' ? { ...kept, every: '', duration: '' } : kept);
          }}
        />
        {recurs ? (
          <>
            {text('every', t('exclude.rule', 'Rule'), 'FREQ=WEEKLY;BYDAY=SU;BYHOUR=2;BYMINUTE=0', 44)}
            {text('duration', t('exclude.duration', 'Duration'), '2h', 10)}
          </>
        ) : (
          <>
            {text('from', t('exclude.from', 'From'), '2026-03-01T22:00', 20)}
            {text('to', t('exclude.to', 'To'), '2026-03-02T02:00', 20)}
          </>
        )}
        <AccessoryButton
          aria-label={t('exclude.remove', 'Remove this exclusion')}
          icon="times"
          variant="secondary"
          onClick={remove}
        />
      </InputGroup>
    );
  };
  return (
    <EditorField
      label={name}
      optional
      tooltip={t(
        'exclude.tooltip',
        'Excludes these periods from the SLO, for example maintenance. Times are UTC unless you add an offset. Recurrence rules use RFC 5545.'
      )}
      invalid={Boolean(problem)}
      error={problem}
    >
      <div data-testid={ids.exclude}>
        <Exclusions
          items={slo.exclude ?? []}
          onChange={(list) => {
            const next = withList(list);
            // A removed exclusion takes effect at once. An added one has to be completed first.
            if (list.length < (slo.exclude?.length ?? 0)) {
              onChangeAndRun(next);
            } else {
              onChange(next);
            }
          }}
          renderItem={renderItem}
        />
      </div>
    </EditorField>
  );
}

// The list of @grafana/plugin-ui has no accessible name.
const Exclusions = EditorList as ComponentType<{
  items: Exclusion[];
  onChange: (items: Exclusion[]) => void;
  renderItem: (item: Exclusion, change: (item: Exclusion) => void, remove: () => void) => ReactElement;
}>;
