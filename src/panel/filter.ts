import { WorkloadRow } from './rows';
import { State } from './state';

/** A filter of the table's rows. */
export interface Filter {
  /**
   * Words that must all occur in the labels, the name or the SLO of a row, in any order and case.
   */
  text: string;
  /** The states to show; empty means all. */
  states: State[];
}

export const EVERYTHING: Filter = { text: '', states: [] };

export function isFiltering({ text, states }: Filter): boolean {
  return text.trim() !== '' || states.length > 0;
}

/** The rows that match the filter, in their order. */
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

/** Adds the state to the filter, or removes it. */
export function withState(filter: Filter, state: State): Filter {
  const { states } = filter;
  return {
    ...filter,
    states: states.includes(state) ? states.filter((other) => other !== state) : [...states, state],
  };
}
