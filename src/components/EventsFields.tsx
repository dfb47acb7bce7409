import React, { useId, useRef } from 'react';
import type { SelectableValue } from '@grafana/data';
import { RadioButtonGroup } from '@grafana/ui';

import { t } from '../i18n';
import { followTotal } from '../selector';
import { testIds } from '../testIds';
import type { EventsSLI, RatioSLI } from '../types';
import { SelectorField } from './SelectorField';
import type { InlineFieldProps } from './controls';

interface Props extends InlineFieldProps {
  kind?: 'events' | 'ratio';
  events: EventsSLI | RatioSLI;
}

/** The counters of an events or ratio SLI: all events, and either the bad or the good ones. */
export function EventsFields({
  slo,
  kind = 'events',
  events,
  problems,
  datasource,
  onChange,
  onChangeAndRun,
  onBlur,
}: Props) {
  const id = useId();
  const part: Part = events.good === undefined ? 'bad' : 'good';
  const partText = events[part] ?? '';
  const left = useRef<Partial<Record<Part, string>>>({});
  const withEvents = (events: EventsSLI | RatioSLI) => ({ ...slo, sli: { [kind]: events } });
  const withPart = (text: string) => withEvents({ ...events, [part]: text });
  // The selector of the bad events does not fit the good ones. It is restored when the choice is
  // reverted.
  const switchTo = (other: Part) => {
    left.current[part] = partText;
    const { bad: _, good: __, ...rest } = events;
    onChange(withEvents({ ...rest, [other]: left.current[other] ?? '' }));
  };
  const shared = { problems, datasource, onBlur };

  return (
    <>
      <SelectorField
        {...shared}
        path={`sli.${kind}.total`}
        label={t('events.total', 'Total events')}
        value={events.total}
        placeholder="http_requests_total"
        tooltip={t(
          'events.total-tooltip',
          'A Prometheus selector of counters, without rate() or sum(). You can also write sums and differences of counters as PromQL.'
        )}
        testId={testIds.queryEditor.total}
        onChange={(total) => onChange(withEvents({ ...events, total }))}
        onChangeAndRun={(total) =>
          onChangeAndRun(withEvents({ ...events, total, [part]: followTotal(partText, events.total, total) }))
        }
      />
      <SelectorField
        {...shared}
        path={`sli.${kind}.${part}`}
        label={part === 'bad' ? t('events.bad-events', 'Bad events') : t('events.good-events', 'Good events')}
        value={partText}
        placeholder={part === 'bad' ? 'http_requests_total{code=~"5.."}' : 'http_requests_total{code!~"5.."}'}
        testId={testIds.queryEditor.counted}
        before={
          <div data-testid={testIds.queryEditor.badOrGood}>
            <RadioButtonGroup
              id={id}
              aria-label={t('events.counted', 'Count')}
              options={parts()}
              value={part}
              onChange={switchTo}
            />
          </div>
        }
        onChange={(text) => onChange(withPart(text))}
        onChangeAndRun={(text) => onChangeAndRun(withPart(text))}
      />
    </>
  );
}

type Part = 'bad' | 'good';

function parts(): Array<SelectableValue<Part>> {
  return [
    {
      value: 'bad',
      label: t('events.bad', 'Bad'),
      description: t('events.bad-explained', 'Counters of the events that spend the budget'),
    },
    {
      value: 'good',
      label: t('events.good', 'Good'),
      description: t('events.good-explained', 'Counters of the good events. All others are bad.'),
    },
  ];
}
