import React from 'react';

import { t } from '../i18n';
import { testIds } from '../testIds';
import { NumberField } from './SliceFields';
import { SLOTextField, type InlineFieldProps } from './SLOTextField';
import { WindowField } from './WindowField';

/** The objective and its window. */
export function ObjectiveFields({ slo, problems, onChange, onChangeAndRun, onBlur }: InlineFieldProps) {
  return (
    <>
      <NumberField
        path="objective"
        label={t('promise.objective', 'Objective')}
        tooltip={t('promise.objective-tooltip', 'Target percentage of good events. 99.9% allows 1 bad event in 1,000.')}
        suffix="%"
        placeholder="99.9"
        value={slo.objective}
        problems={problems}
        testId={testIds.queryEditor.objective}
        onChange={(objective) => onChange({ ...slo, objective })}
        onBlur={onBlur}
      />
      <WindowField value={slo.window} problems={problems} onChange={(window) => onChangeAndRun({ ...slo, window })} />
    </>
  );
}

export function NameField({ slo, problems, onChange, onBlur }: InlineFieldProps) {
  return (
    <SLOTextField
      path="name"
      label={t('promise.name', 'Name')}
      value={slo.name}
      placeholder="availability"
      width={20}
      testId={testIds.queryEditor.name}
      problems={problems}
      onChange={(name) => onChange({ ...slo, name })}
      onBlur={onBlur}
    />
  );
}
