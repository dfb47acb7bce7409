import { WorkloadRow } from './rows';
import { STATES, State, Tone, stateTone, urgency } from './state';

export interface StateCount {
  state: State;
  count: number;
  /** The tone of the worst row in this state. */
  tone: Tone;
}

export interface Summary {
  /** Distinct sets of labels. */
  workloads: number;
  /** Rows: a workload has one for each SLO. */
  objectives: number;
  /** The states that occur, worst first. */
  states: StateCount[];
  /** Distinct SLO windows, such as "30d". */
  windows: string[];
}

export function summarise(rows: WorkloadRow[]): Summary {
  return {
    workloads: new Set(rows.map(({ group }) => group)).size,
    objectives: rows.length,
    states: countStates(rows),
    windows: [...new Set(rows.flatMap((row) => row.window ?? []))],
  };
}

/** Worst first, only states that occur. */
export function countStates(rows: WorkloadRow[]): StateCount[] {
  const found = new Map<State, { count: number; worst: WorkloadRow }>();
  for (const row of rows) {
    const { count, worst } = found.get(row.state) ?? { count: 0, worst: row };
    found.set(row.state, { count: count + 1, worst: urgency(row) < urgency(worst) ? row : worst });
  }
  return STATES.flatMap((state) => {
    const members = found.get(state);
    return members ? [{ state, count: members.count, tone: stateTone(members.worst) }] : [];
  });
}
