import { Field, formattedValueToString, getValueFormat } from '@grafana/data';

import { WorkloadRow } from './rows';
import { Tone } from './state';

/** What stands where nothing was measured. */
export const NOTHING = '–';

/** A number as a reader sees it. */
export interface Reading {
  text: string;
  tone?: Tone;
  /** A colour of the theme that the field's own thresholds chose; it wins over the tone. */
  color?: string;
}

/**
 * A value by its field's unit, decimals and mappings; `decimals` holds where the field sets none. Its thresholds
 * colour it when somebody drew any, that is more than the base that every panel starts with.
 */
export function read(field: Field | undefined, value: number | null, decimals?: number): Reading {
  if (value === null) {
    return { text: NOTHING };
  }
  const { config, display } = field ?? { config: {} };
  const shown = display?.(value);
  const fixed = config.decimals === undefined && !config.mappings?.length;
  const text = shown && !fixed ? shown : getValueFormat(config.unit ?? 'none')(value, decimals);
  return {
    text: formattedValueToString(text),
    color: (config.thresholds?.steps.length ?? 0) > 1 ? shown?.color : undefined,
  };
}

export function readBudget({ fields, budget }: WorkloadRow): Reading {
  const reading = read(fields.budget, budget, 1);
  return budget !== null && budget < 0 ? { tone: 'critical', ...reading } : reading;
}

/** What is left of the budget in events and in minutes of full outage: "2.2 K events · 10.1 mins". */
export function readBudgetDetail({ fields, budgetEvents, budgetMinutes }: WorkloadRow): string {
  const parts: string[] = [];
  if (budgetEvents !== null) {
    parts.push(`${read(fields.budget_events, budgetEvents, Math.abs(budgetEvents) < 1000 ? 0 : 1).text} events`);
  }
  if (budgetMinutes !== null) {
    parts.push(read(fields.budget_minutes, budgetMinutes, 1).text);
  }
  return parts.join(' · ');
}

const HOUR = 3600;
const DAY = 24 * HOUR;

/** When the budget will be spent at the current burn: "spent", "3 h", or "> 30 d" when not within the window. */
export function readForecast({ fields, budget, exhaustedIn, window }: WorkloadRow): Reading {
  if (budget === null) {
    return { text: NOTHING, tone: 'muted' };
  }
  if (budget <= 0 || (exhaustedIn !== null && exhaustedIn <= 0)) {
    return { text: 'spent', tone: 'critical' };
  }
  if (exhaustedIn === null) {
    return { text: window ? `> ${spaced(window)}` : 'not in sight', tone: 'muted' };
  }
  const unit = fields.exhausted_in?.config.unit;
  const reading = unit && unit !== 's' ? read(fields.exhausted_in, exhaustedIn, 1) : { text: roughly(exhaustedIn) };
  return { tone: exhaustedIn < DAY ? 'critical' : exhaustedIn < 7 * DAY ? 'watch' : undefined, ...reading };
}

export function readP95({ fields, p95, p95Bounded, p95Target }: WorkloadRow): Reading {
  const reading = read(fields.p95, p95, significantDecimals(p95));
  if (p95 === null) {
    return { ...reading, tone: 'muted' };
  }
  // A bounded p95 is greater than the number shown, so reaching the target is missing it.
  const over = p95Target !== null && (p95Bounded ? p95 >= p95Target : p95 > p95Target);
  return { tone: over ? 'critical' : undefined, ...reading, text: `${p95Bounded ? '> ' : ''}${reading.text}` };
}

export function readP95Target({ fields, p95Target }: WorkloadRow): string {
  return p95Target === null ? '' : read(fields.p95_target, p95Target, significantDecimals(p95Target)).text;
}

export function readThroughput({ fields, throughput }: WorkloadRow): Reading {
  const decimals = throughput === null || throughput < 10 || throughput >= 1000 ? 1 : 0;
  return { tone: throughput === null ? 'muted' : undefined, ...read(fields.throughput, throughput, decimals) };
}

/** A window name with room to breathe: "30d" -> "30 d". */
export function spaced(window: string): string {
  return window.replace(/(\d)([a-z])/gi, '$1 $2').replace(/([a-z])(\d)/gi, '$1 $2');
}

/** One unit is enough for a forecast, rounded down: it is an extrapolation, and early is the safe side. */
function roughly(seconds: number): string {
  if (seconds < 60) {
    return '< 1 min';
  }
  if (seconds < HOUR) {
    return `${Math.floor(seconds / 60)} min`;
  }
  return seconds < 2 * DAY ? `${Math.floor(seconds / HOUR)} h` : `${Math.floor(seconds / DAY)} d`;
}

/** Milliseconds need no decimals, whole seconds and more need two. */
function significantDecimals(seconds: number | null): number {
  return seconds !== null && seconds < 1 ? 0 : 2;
}
