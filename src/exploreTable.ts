import type { DataFrame } from '@grafana/data';

/** Explore shows the columns as they come, and has room for few: what is left of the budget comes right after the state. */
export function budgetInSight(frame: DataFrame): DataFrame {
  const budget = frame.fields.find(({ name }) => name === 'budget');
  const state = frame.fields.findIndex(({ name }) => name === 'state');
  if (!budget || state < 0) {
    return frame;
  }
  const others = frame.fields.filter((field) => field !== budget);
  return { ...frame, fields: [...others.slice(0, state + 1), budget, ...others.slice(state + 1)] };
}
