import React, { useCallback } from 'react';
import { EditorRow } from '@grafana/plugin-ui';
import { Alert } from '@grafana/ui';

import type { DataSource } from '../datasource';
import { problemAt, problemsElsewhere } from '../problems';
import { testIds } from '../testIds';
import type { SLO } from '../types';
import { useAnswer } from '../useAnswer';
import { EventsFields } from './EventsFields';
import { LabelsField } from './LabelsField';
import { LatencyFields } from './LatencyFields';
import { P95Fields } from './P95Fields';
import { PolicyField } from './PolicyField';
import { PromiseFields } from './PromiseFields';

interface Props {
  slo: SLO;
  datasource: DataSource;
  /** While a text is being written. */
  onChange: (slo: SLO) => void;
  onChangeAndRun: (slo: SLO) => void;
  onRunQuery: () => void;
}

const validateAfterMs = 400;

/** An SLO written in the query; the backend judges it while it is being written. */
export function InlineSLOEditor({ slo, datasource, onChange, onChangeAndRun, onRunQuery }: Props) {
  const validate = useCallback((json: string) => datasource.validateSLO(JSON.parse(json)), [datasource]);
  const judged = useAnswer(JSON.stringify(slo), validate, validateAfterMs);
  const problems = judged.value ?? [];
  const elsewhere = problemsElsewhere(problems).map((problem) => problem.message);
  if (judged.error) {
    elsewhere.push(`The definition was not checked: ${judged.error}`);
  }
  const field = { slo, problems, onChange, onBlur: onRunQuery };

  return (
    <>
      <EditorRow>
        <PromiseFields {...field} onChangeKind={onChangeAndRun} />
        <PolicyField
          value={slo.policy}
          placeholder="page-and-slack"
          problem={problemAt(problems, 'policy')}
          datasource={datasource}
          onChange={(policy) => onChangeAndRun({ ...slo, policy })}
        />
        <LabelsField
          label="Group by"
          value={slo.by ?? []}
          labels={useCallback(() => datasource.getLabels(slo), [datasource, slo])}
          problem={problemAt(problems, 'by')}
          onChange={(by) => onChangeAndRun({ ...slo, by })}
        />
      </EditorRow>
      <EditorRow>
        {slo.sli.latency ? (
          <LatencyFields {...field} latency={slo.sli.latency} />
        ) : (
          <>
            <EventsFields {...field} events={slo.sli.events} />
            <P95Fields {...field} />
          </>
        )}
      </EditorRow>
      {elsewhere.length > 0 && (
        <Alert severity="warning" title="This SLO is not right yet" data-testid={testIds.queryEditor.otherProblems}>
          {elsewhere.map((message) => (
            <div key={message}>{message}</div>
          ))}
        </Alert>
      )}
    </>
  );
}
