import React, { lazy, Suspense, useCallback } from 'react';
import { EditorRow } from '@grafana/plugin-ui';
import { Alert } from '@grafana/ui';

import type { DataSource } from '../datasource';
import { t } from '../i18n';
import { problemsElsewhere } from '../problems';
import type { Problem } from '../resources';
import { testIds } from '../testIds';
import type { SLO } from '../types';
import { useAnswer } from '../useAnswer';
import { InlineSLOForm } from './InlineSLOForm';

// The YAML library is loaded when the tab is opened.
const SLOYaml = lazy(async () => ({ default: (await import('./SLOYaml')).SLOYaml }));

export type InlineMode = 'builder' | 'yaml';

interface Props {
  slo: SLO;
  mode: InlineMode;
  datasource: DataSource;
  /** Called while the user types. */
  onChange: (slo: SLO) => void;
  onChangeAndRun: (slo: SLO) => void;
  /** When a text field is left. */
  onLeave: () => void;
}

const validateAfterMs = 400;

/** An SLO written in the query, as a form or as YAML; the backend judges it while it is being written. */
export function InlineSLOEditor({ slo, mode, datasource, onChange, onChangeAndRun, onLeave }: Props) {
  const validate = useCallback((json: string) => datasource.validateSLO(JSON.parse(json)), [datasource]);
  const judged = useAnswer(JSON.stringify(slo), validate, validateAfterMs);
  const problems = judged.value ?? [];
  const listed = (mode === 'yaml' ? problems : problemsElsewhere(problems)).map(described);
  if (judged.error) {
    listed.push(t('inline.unchecked', 'Failed to check the definition: {{reason}}', { reason: judged.error }));
  }

  return (
    <>
      {mode === 'builder' ? (
        <InlineSLOForm
          slo={slo}
          problems={problems}
          datasource={datasource}
          onChange={onChange}
          onChangeAndRun={onChangeAndRun}
          onBlur={onLeave}
        />
      ) : (
        <EditorRow>
          <Suspense fallback={t('preview.loading', 'Loading…')}>
            <SLOYaml slo={slo} onChange={onChange} onLeave={onLeave} />
          </Suspense>
        </EditorRow>
      )}
      {listed.length > 0 && (
        <Alert
          severity="warning"
          title={t('inline.not-right', 'Fix the following problems')}
          data-testid={testIds.queryEditor.otherProblems}
        >
          {listed.map((message) => (
            <div key={message}>{message}</div>
          ))}
        </Alert>
      )}
    </>
  );
}

function described({ path, message }: Problem): string {
  return path ? `${path}: ${message}` : message;
}
