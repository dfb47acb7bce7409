import React, { useId } from 'react';
import type { SelectableValue } from '@grafana/data';
import { EditorField } from '@grafana/plugin-ui';
import { Input, RadioButtonGroup } from '@grafana/ui';

import { exampleEvents, exampleLatency } from '../examples';
import { problemAt } from '../problems';
import { testIds } from '../testIds';
import type { SLO } from '../types';
import { SLOTextField, type InlineFieldProps } from './SLOTextField';

interface Props extends InlineFieldProps {
  onChangeKind: (slo: SLO) => void;
}

/** What is promised: the kind of the SLI, its name, the objective and the window. */
export function PromiseFields({ slo, problems, onChange, onBlur, onChangeKind }: Props) {
  const kindId = useId();
  const objectiveId = useId();
  const problem = problemAt(problems, 'objective');
  return (
    <>
      <EditorField label="Kind">
        <div data-testid={testIds.queryEditor.kind}>
          <RadioButtonGroup<Kind>
            id={kindId}
            aria-label="Kind"
            options={kinds}
            value={slo.sli.latency ? 'latency' : 'events'}
            onChange={(kind) => onChangeKind(withKind(slo, kind))}
          />
        </div>
      </EditorField>
      <SLOTextField
        path="name"
        label="Name"
        value={slo.name}
        placeholder="availability"
        width={20}
        testId={testIds.queryEditor.name}
        problems={problems}
        onChange={(name) => onChange({ ...slo, name })}
        onBlur={onBlur}
      />
      <EditorField
        label="Objective"
        htmlFor={objectiveId}
        tooltip="The share of events that are to be good: 99.9 % lets one in a thousand be bad."
        width={12}
        invalid={Boolean(problem)}
        error={problem}
      >
        <Input
          id={objectiveId}
          data-testid={testIds.queryEditor.objective}
          type="number"
          min={0}
          max={100}
          step="any"
          suffix="%"
          placeholder="99.9"
          value={slo.objective ?? ''}
          onChange={(event) => onChange({ ...slo, objective: percentOf(event.currentTarget.valueAsNumber) })}
          onBlur={onBlur}
        />
      </EditorField>
      <SLOTextField
        path="window"
        label="Window"
        value={slo.window}
        placeholder="30d"
        tooltip="Rolling, from 1h: 30d, 4w, 12h."
        width={10}
        testId={testIds.queryEditor.window}
        problems={problems}
        onChange={(window) => onChange({ ...slo, window })}
        onBlur={onBlur}
      />
    </>
  );
}

type Kind = 'events' | 'latency';

const kinds: Array<SelectableValue<Kind>> = [
  { value: 'events', label: 'Events', description: 'Bad or good events out of all, from counters' },
  { value: 'latency', label: 'Latency', description: 'Requests within a threshold, from a histogram' },
];

function withKind(slo: SLO, kind: Kind): SLO {
  // A latency SLO has its p95 by itself.
  const { p95: _, ...rest } = slo;
  return { ...rest, sli: kind === 'latency' ? exampleLatency.sli : exampleEvents.sli };
}

function percentOf(number: number): number | undefined {
  return Number.isNaN(number) ? undefined : number;
}
