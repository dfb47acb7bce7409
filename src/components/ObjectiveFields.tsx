import React, { useId } from 'react';
import { EditorField } from '@grafana/plugin-ui';

import { t } from '../i18n';
import { kindOf } from '../inlineSLO';
import { kindOptions, withKind } from '../kinds';
import { testIds } from '../testIds';
import type { Kind } from '../types';
import { SingleCombobox } from './SingleCombobox';
import { NumberField } from './SliceFields';
import { SLOTextField, type InlineFieldProps } from './SLOTextField';
import { WindowField } from './WindowField';

/** The kind of the SLI, the name, the objective and the window. */
export function ObjectiveFields({ slo, problems, onChange, onChangeAndRun, onBlur }: InlineFieldProps) {
  const kindId = useId();
  return (
    <>
      <EditorField label={t('promise.kind', 'SLI type')} htmlFor={kindId} width={18}>
        <SingleCombobox<Kind>
          id={kindId}
          data-testid={testIds.queryEditor.kind}
          options={kindOptions()}
          value={kindOf(slo) ?? null}
          onChange={(option) => onChangeAndRun(withKind(slo, option.value))}
        />
      </EditorField>
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
