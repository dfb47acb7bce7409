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
  return STATES.flatMap((state) => {
    const members = rows.filter((row) => row.state === state);
    const [worst] = [...members].sort((a, b) => urgency(a) - urgency(b));
    return worst ? [{ state, count: members.length, tone: stateTone(worst) }] : [];
  });
}
