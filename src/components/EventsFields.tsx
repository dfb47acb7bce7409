import React, { useId, useRef } from 'react';
import type { SelectableValue } from '@grafana/data';
import { EditorField } from '@grafana/plugin-ui';
import { RadioButtonGroup } from '@grafana/ui';

import { testIds } from '../testIds';
import type { EventsSLI } from '../types';
import { SLOTextField, type InlineFieldProps } from './SLOTextField';

interface Props extends InlineFieldProps {
  events: EventsSLI;
}

/** The counters of an events SLI: the whole, and either the bad or the good part. */
export function EventsFields({ slo, events, problems, onChange, onBlur }: Props) {
  const id = useId();
  const part: Part = events.good === undefined ? 'bad' : 'good';
  const partText = events[part] ?? '';
  const left = useRef<Partial<Record<Part, string>>>({});
  const change = (events: EventsSLI) => onChange({ ...slo, sli: { events } });
  // The selector of the bad events is wrong for the good ones, but is wanted again when the choice is taken back.
  const switchTo = (other: Part) => {
    left.current[part] = partText;
    change({ total: events.total, [other]: left.current[other] ?? '' });
  };

  return (
    <>
      <SLOTextField
        path="sli.events.total"
        label="Total events"
        value={events.total}
        placeholder="http_requests_total"
        tooltip="A Prometheus selector of the counters; no rate() or sum() is needed."
        width={44}
        testId={testIds.queryEditor.total}
        problems={problems}
        onChange={(total) => change({ ...events, total })}
        onBlur={onBlur}
      />
      <EditorField label="Counted are the">
        <div data-testid={testIds.queryEditor.badOrGood}>
          <RadioButtonGroup id={id} aria-label="Counted are the" options={parts} value={part} onChange={switchTo} />
        </div>
      </EditorField>
      <SLOTextField
        path={`sli.events.${part}`}
        label={part === 'bad' ? 'Bad events' : 'Good events'}
        value={partText}
        placeholder={part === 'bad' ? 'http_requests_total{code=~"5.."}' : 'http_requests_total{code!~"5.."}'}
        width={44}
        testId={testIds.queryEditor.counted}
        problems={problems}
        onChange={(text) => change({ total: events.total, [part]: text })}
        onBlur={onBlur}
      />
    </>
  );
}

type Part = 'bad' | 'good';

const parts: Array<SelectableValue<Part>> = [
  { value: 'bad', label: 'Bad', description: 'The counters of the events that spend the budget' },
  { value: 'good', label: 'Good', description: 'The counters of the events that do not; the rest is bad' },
];
