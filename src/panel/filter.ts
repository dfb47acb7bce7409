import { WorkloadRow } from './rows';
import { State } from './state';

/** What a reader narrows the table down to. */
export interface Filter {
  /** Words, all of which have to occur in the labels, the name or the SLO of a row, in any order and in any case. */
  text: string;
  /** The states to show; none is all. */
  states: State[];
}

export const EVERYTHING: Filter = { text: '', states: [] };

export function isFiltering({ text, states }: Filter): boolean {
  return text.trim() !== '' || states.length > 0;
}

/** The rows that meet the filter, in their order. */
export function filterRows(rows: WorkloadRow[], { text, states }: Filter): WorkloadRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0 && states.length === 0) {
    return rows;
  }
  return rows.filter((row) => {
    if (states.length > 0 && !states.includes(row.state)) {
      return false;
    }
    const haystack = [row.slo, ...Object.values(row.labels)].join('\n').toLowerCase();
    return words.every((word) => haystack.includes(word));
  });
}

/** Adds the state to those that are shown, or takes it away. */
export function withState(filter: Filter, state: State): Filter {
  const { states } = filter;
  return {
    ...filter,
    states: states.includes(state) ? states.filter((other) => other !== state) : [...states, state],
  };
}
