import React, { useCallback } from 'react';
import { EditorRow } from '@grafana/plugin-ui';
import { Alert } from '@grafana/ui';

import { t } from '../i18n';
import type { DataSource } from '../datasource';
import { kindOf } from '../inlineSLO';
import { problemAt, problemsElsewhere } from '../problems';
import { testIds } from '../testIds';
import type { SLO } from '../types';
import { useAnswer } from '../useAnswer';
import { AboutFields } from './AboutFields';
import { CountingField, UnitField } from './CountingFields';
import { ExclusionsField } from './ExclusionsField';
import { LabelsField } from './LabelsField';
import { MoreFields } from './MoreFields';
import { P95Fields } from './P95Fields';
import { PolicyField } from './PolicyField';
import { ObjectiveFields } from './ObjectiveFields';
import { SLIFields } from './SLIFields';

interface Props {
  slo: SLO;
  datasource: DataSource;
  /** Called while the user types. */
  onChange: (slo: SLO) => void;
  onChangeAndRun: (slo: SLO) => void;
  onRunQuery: () => void;
}

const validateAfterMs = 400;

/** An SLO defined in the query. The backend validates it while the user types. */
export function InlineSLOEditor({ slo, datasource, onChange, onChangeAndRun, onRunQuery }: Props) {
  const validate = useCallback((json: string) => datasource.validateSLO(JSON.parse(json)), [datasource]);
  const judged = useAnswer(JSON.stringify(slo), validate, validateAfterMs);
  const problems = judged.value ?? [];
  const elsewhere = problemsElsewhere(problems).map((problem) => problem.message);
  if (judged.error) {
    elsewhere.push(t('inline.unchecked', 'Failed to check the definition: {{reason}}', { reason: judged.error }));
  }
  const field = { slo, problems, datasource, onChange, onChangeAndRun, onBlur: onRunQuery };
  const kind = kindOf(slo);

  return (
    <>
      <EditorRow>
        <ObjectiveFields {...field} />
        <PolicyField
          value={slo.policy}
          placeholder="page-and-slack"
          problem={problemAt(problems, 'policy')}
          datasource={datasource}
          onChange={(policy) => onChangeAndRun({ ...slo, policy })}
        />
        <LabelsField
          label={t('inline.group-by', 'Group by')}
          value={slo.by ?? []}
          labels={useCallback(() => datasource.getLabels(slo), [datasource, slo])}
          problem={problemAt(problems, 'by')}
          onChange={(by) => onChangeAndRun({ ...slo, by })}
        />
      </EditorRow>
      <EditorRow>
        <SLIFields {...field} />
        {(kind === 'events' || kind === 'latency') && <CountingField {...field} />}
        {(kind === 'latency' || kind === 'quantile') && <UnitField {...field} />}
      </EditorRow>
      <EditorRow>
        {kind !== 'latency' && kind !== 'quantile' && <P95Fields {...field} />}
        <MoreFields {...field} />
      </EditorRow>
      <EditorRow>
        <AboutFields {...field} />
        <ExclusionsField {...field} />
      </EditorRow>
      {elsewhere.length > 0 && (
        <Alert
          severity="warning"
          title={t('inline.not-right', 'Fix the following problems')}
          data-testid={testIds.queryEditor.otherProblems}
        >
          {elsewhere.map((message) => (
            <div key={message}>{message}</div>
          ))}
        </Alert>
      )}
    </>
  );
}
