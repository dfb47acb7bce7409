import React, { useId } from 'react';
import { EditorField } from '@grafana/plugin-ui';

import { t } from '../i18n';
import { kindOf } from '../inlineSLO';
import { kindOptions, withKind } from '../kinds';
import { testIds } from '../testIds';
import type { Kind } from '../types';
import { SingleCombobox } from './SingleCombobox';
import type { InlineFieldProps } from './SLOTextField';

/** The kind of the indicator. */
export function KindField({ slo, onChangeAndRun }: InlineFieldProps) {
  const kindId = useId();
  return (
    <EditorField label={t('promise.kind', 'SLI type')} htmlFor={kindId} width={18}>
      <SingleCombobox<Kind>
        id={kindId}
        data-testid={testIds.queryEditor.kind}
        options={kindOptions()}
        value={kindOf(slo) ?? null}
        onChange={(option) => onChangeAndRun(withKind(slo, option.value))}
      />
    </EditorField>
  );
}
