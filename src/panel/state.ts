import { Field, formattedValueToString } from '@grafana/data';

import { t } from './i18n';

/** The states of a workload, worst first. */
export const STATES = ['firing', 'exhausted', 'rising', 'low', 'recovering', 'unmeasured', 'ok'] as const;

export type State = (typeof STATES)[number];

/** How urgent a value is, independent of any theme's colors. */
export type Tone = 'critical' | 'serious' | 'watch' | 'info' | 'ok' | 'muted';

/** The data source's numbers of the states. A null is unmeasured. */
const STATE_OF_NUMBER: Record<number, State> = {
  0: 'ok',
  1: 'recovering',
  2: 'rising',
  3: 'firing',
  4: 'exhausted',
};

/** The state of a `state` field's number; null and unknown numbers are unmeasured. */
export function stateOf(code: number | null): State {
  return (code !== null && STATE_OF_NUMBER[code]) || 'unmeasured';
}

/** The state of a `state` field's number, and its text if a user has mapped the number to a text. */
export function readState(field: Field, code: number | null): Pick<Judgement, 'state' | 'word'> {
  const state = stateOf(code);
  if (!field.display || !field.config.mappings?.length) {
    return { state };
  }
  const word = formattedValueToString(field.display(code)).trim();
  return { state, word: word === '' || word === String(code) || word === state ? undefined : word };
}

/** The state of a row without a state column, by its budget and its alerts. */
export function stateOfBudget(budget: number | null, fires: boolean): State {
  return budget === null ? 'unmeasured' : budget <= 0 ? 'exhausted' : fires ? 'firing' : 'ok';
}

export interface Judgement {
  state: State;
  /** The state's name in the panel's value mappings, if it has one. */
  word?: string;
  /** Firing severities, the most severe first. */
  firing: string[];
  /** Severities of the row's policy, the most severe first. */
  severities: string[];
  /** Measured share of the window, 0 to 1; null if unknown. */
  coverage: number | null;
}

/**
 * The text of a state: the user's own, the firing severity, or the coverage if the state is
 * unmeasured.
 */
export function stateWord({ state, word, firing, coverage }: Judgement): string {
  if (word) {
    return word;
  }
  if (state === 'firing') {
    return firing[0] ?? stateName(state);
  }
  if (state === 'unmeasured' && coverage !== null && coverage > 0) {
    return measured(coverage);
  }
  return stateName(state);
}

/** The name of a state. */
export function stateName(state: State): string {
  switch (state) {
    case 'firing':
      return t('state.firing', 'firing');
    case 'exhausted':
      return t('state.exhausted', 'exhausted');
    case 'rising':
      return t('state.rising', 'rising');
    case 'recovering':
      return t('state.recovering', 'recovering');
    case 'unmeasured':
      return t('state.unmeasured', 'unmeasured');
    case 'low':
      return t('state.low', 'low');
    case 'ok':
      return t('state.ok', 'ok');
  }
}

/**
 * Details that the state's text does not contain: alerts of an exhausted budget, and gaps in the
 * data.
 */
export function stateRemark({ state, firing, coverage }: Judgement): string | undefined {
  const remarks: string[] = [];
  if (state !== 'firing' && firing.length > 0) {
    remarks.push(t('state.fires', '{{severity}} fires', { severity: firing[0] }));
  }
  if (state !== 'unmeasured' && coverage !== null && coverage < WHOLE) {
    remarks.push(measured(coverage));
  }
  return remarks.length > 0 ? remarks.join(' · ') : undefined;
}

export function stateTone({ state, firing, severities }: Judgement): Tone {
  switch (state) {
    case 'firing':
      return severityTone(firing[0], severities);
    case 'exhausted':
      return 'critical';
    case 'low':
      return 'serious';
    case 'rising':
      return 'watch';
    case 'recovering':
      return 'info';
    case 'unmeasured':
      return 'muted';
    case 'ok':
      return 'ok';
  }
}

/** The tone of a remaining budget: the color of its bar, independent of alerts. */
export function budgetTone(budget: number | null, low: number): Tone {
  return budget === null ? 'muted' : budget <= 0 ? 'critical' : budget < low ? 'serious' : 'ok';
}

/**
 * The tone of an alert: the most severe one of a policy is critical, and so is an unknown severity.
 */
export function severityTone(severity: string | undefined, severities: string[]): Tone {
  return severity === undefined || severities.indexOf(severity) <= 0 ? 'critical' : 'serious';
}

/**
 * The rank of a row in "worst first": smaller is worse. A firing alert with an exhausted budget is
 * worse than either alone. A page is worse than a lower severity.
 */
export function urgency({ state, firing, severities }: Judgement): number {
  const rank = STATES.indexOf(state) * 4;
  const lesser = firing.length > 0 && severityTone(firing[0], severities) !== 'critical';
  if (state === 'exhausted' && firing.length > 0) {
    return lesser ? 2 : -2;
  }
  return state === 'firing' && lesser ? rank + 1 : rank;
}

/** From this coverage on, a window counts as fully measured. Single missed scrapes are normal. */
const WHOLE = 0.995;

/** Rounded down: 99.9% coverage is not 100%. */
function measured(share: number): string {
  return t('state.measured', '{{percent}}% coverage', { percent: Math.floor(share * 100) });
}
