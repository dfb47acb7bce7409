import { DataFrame, formattedValueToString, getValueFormat } from '@grafana/data';

import { NOTHING } from './readings';

export type Likelihood = 'likely' | 'possible' | 'unlikely' | '';

/** A change, such as a rollout, with the bad events after it. */
export interface Change {
  /** Milliseconds since 1970. */
  time: number;
  title: string;
  details: string;
  /** Whether it caused the bad events: an estimate. Empty for excluded time. */
  likelihood: Likelihood;
  /** Bad events in the hour after the change, above the hour before. */
  excess: string;
  /** Share of the budget spent since the change. */
  spent: string;
}

/** The changes in the answer to a query of type `changes`, the likeliest cause first. */
export function readChanges(frames: DataFrame[]): Change[] {
  return frames
    .filter(({ name }) => name === 'changes')
    .flatMap(({ fields, length }) => {
      const at = (name: string, index: number) => fields.find((field) => field.name === name)?.values[index];
      return Array.from({ length }, (_, index) => ({
        time: at('time', index),
        title: at('change', index) ?? '',
        details: at('change_text', index) ?? '',
        likelihood: at('likelihood', index) ?? '',
        excess: formatted('short', at('excess', index)),
        spent: formatted('percentunit', at('spent_since', index)),
      }));
    });
}

function formatted(unit: 'short' | 'percentunit', value: number | null | undefined): string {
  const decimals = unit === 'short' && Math.abs(value ?? 0) < 1000 ? 0 : 1;
  return typeof value === 'number' ? formattedValueToString(getValueFormat(unit)(value, decimals)) : NOTHING;
}
