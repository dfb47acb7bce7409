import React from 'react';
import { MultiCombobox } from '@grafana/ui';

import { since124 } from '../grafanaVersion';
import { t } from '../i18n';
import { testIds } from '../testIds';
import { ProblemField } from './ProblemField';
import { SLOTextField, type InlineFieldProps } from './SLOTextField';

const ids = testIds.queryEditor;

/** Information for people: the SLO's own labels, such as the team, and the runbook. */
export function AboutFields({ slo, problems, onChange, onChangeAndRun, onBlur }: InlineFieldProps) {
  const pairs = Object.entries(slo.labels ?? {}).map(([name, value]) => `${name}=${value}`);
  const change = (texts: string[]) => {
    const { labels: _, ...rest } = slo;
    const labels = Object.fromEntries(texts.map(pairOf));
    onChangeAndRun(texts.length > 0 ? { ...rest, labels } : rest);
  };
  return (
    <>
      <SLOTextField
        path="description"
        label={t('about.description', 'Description')}
        optional
        width={50}
        value={slo.description ?? ''}
        placeholder={t('about.description-example', 'Requests without a server error')}
        problems={problems}
        testId={ids.description}
        onChange={(description) => {
          const { description: _, ...rest } = slo;
          onChange(description ? { ...rest, description } : rest);
        }}
        onBlur={onBlur}
      />
      <ProblemField path="labels" label={t('about.labels', 'SLO labels')} optional width={30} problems={problems}>
        {(id) => (
          <MultiCombobox
            id={id}
            data-testid={ids.labels}
            placeholder="team=shop"
            options={pairs.map((value) => ({ value }))}
            value={pairs}
            onChange={(chosen) => change(chosen.map((option) => option.value))}
            createCustomValue
            {...since124({ customValueDescription: t('about.labels-custom', 'Add this label, as name=value') })}
            isClearable
          />
        )}
      </ProblemField>
      <SLOTextField
        path="runbook"
        label={t('about.runbook', 'Runbook')}
        optional
        width={36}
        value={slo.runbook ?? ''}
        placeholder="https://wiki.example.org/checkout"
        problems={problems}
        testId={ids.runbook}
        onChange={(runbook) => {
          const { runbook: _, ...rest } = slo;
          onChange(runbook ? { ...rest, runbook } : rest);
        }}
        onBlur={onBlur}
      />
    </>
  );
}

/** A label without a value is kept; the backend reports it. */
function pairOf(text: string): [string, string] {
  const at = text.indexOf('=');
  return at < 0 ? [text.trim(), ''] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}
