import { Field, formattedValueToString, getValueFormat } from '@grafana/data';

import { t } from './i18n';
import { WorkloadRow } from './rows';
import { Tone } from './state';

/** The text of an unmeasured value. */
export const NOTHING = '–';

/** A number as displayed. */
export interface Reading {
  text: string;
  tone?: Tone;
  /** A theme color from the field's own thresholds. It overrides the tone. */
  color?: string;
}

/**
 * A value with its field's unit, decimals and mappings. `decimals` applies if the field has none.
 * Thresholds set the color if a user has added any to the base.
 */
export function read(field: Field | undefined, value: number | null, decimals?: number): Reading {
  const { config, display } = field ?? { config: {} };
  if (value === null) {
    return { text: config.noValue || NOTHING };
  }
  const unit = config.unit ?? (field && usualUnit(field.name));
  const fixed = !config.mappings?.length && (config.decimals === undefined || unit !== config.unit);
  const coloured = (config.thresholds?.steps.length ?? 0) > 1;
  // The field's display is used only if needed: a table reads thousands of numbers while it
  // scrolls.
  const shown = fixed && !coloured ? undefined : display?.(value);
  const text = shown && !fixed ? shown : getValueFormat(unit ?? 'none')(value, config.decimals ?? decimals);
  return { text: formattedValueToString(text), color: coloured ? shown?.color : undefined };
}

const USUAL_UNITS: Record<string, string> = {
  objective: 'percentunit',
  sli: 'percentunit',
  budget: 'percentunit',
  budget_ago: 'percentunit',
  coverage: 'percentunit',
  budget_events: 'short',
  exhausted_in: 's',
  p95: 's',
  p95_target: 's',
  throughput: 'reqps',
  events: 'short',
  bad: 'short',
};

/** The unit of a column if its data source has none, such as a table of plain numbers. */
function usualUnit(name: string): string | undefined {
  return USUAL_UNITS[name] ?? (/^(burn|factor)_/.test(name) ? 'suffix:×' : undefined);
}

export function readBudget({ fields, budget }: WorkloadRow): Reading {
  const reading = read(fields.budget, budget, 1);
  return budget !== null && budget < 0 ? { tone: 'critical', ...reading } : reading;
}

/** A burn rate, as a multiple of an even burn: "26×". */
export function readBurn({ fields, burns }: WorkloadRow, rate: number | null): string {
  const decimals = rate !== null && rate >= 100 ? 0 : 1;
  return read(fields[`burn_${burns[0]?.long}`], rate, decimals).text.replace(/[\s\u00a0]+×/, '×');
}

/** The remaining budget in events and in minutes of full outage: "2.2 K events, 10 min". */
export function readBudgetDetail({ fields, budgetEvents, budgetMinutes }: WorkloadRow): string {
  const parts: string[] = [];
  if (budgetEvents !== null) {
    const number = read(fields.budget_events, budgetEvents, Math.abs(budgetEvents) < 1000 ? 0 : 1).text;
    parts.push(t('reading.events', '{{number}} events', { number }));
  }
  if (budgetMinutes !== null) {
    const text = roughly(60 * Math.abs(budgetMinutes));
    parts.push(budgetMinutes < 0 ? `-${text}` : text);
  }
  return parts.join(', ');
}

const HOUR = 3600;
const DAY = 24 * HOUR;

/**
 * The time until the budget is exhausted at the current burn rate: "spent", "3 h", or "> 30 d" if
 * beyond the window.
 */
export function readForecast({ fields, budget, exhaustedIn, window }: WorkloadRow): Reading {
  if (budget === null) {
    return { text: NOTHING, tone: 'muted' };
  }
  if (budget <= 0 || (exhaustedIn !== null && exhaustedIn <= 0)) {
    return { text: t('reading.spent', 'spent'), tone: 'critical' };
  }
  if (exhaustedIn === null) {
    return { text: window ? `> ${spaced(window)}` : t('reading.not-in-sight', 'not expected'), tone: 'muted' };
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
  // A bounded p95 is greater than the number shown, so a number equal to the target misses it.
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

/** A budget below zero also means that the objective is missed. */
export function readSLI({ fields, sli, objective }: WorkloadRow): Reading {
  const missed = sli !== null && objective !== null && sli < objective;
  const decimals = ratioDecimals(sli);
  // Rounded down, because a missed objective must not look met.
  const step = 10 ** -(2 + (fields.sli?.config.decimals ?? decimals));
  const shown = missed && sli > objective - step ? Math.floor(sli / step) * step : sli;
  return {
    tone: sli === null ? 'muted' : missed ? 'critical' : undefined,
    ...read(fields.sli, shown, decimals),
  };
}

export function readObjective({ fields, objective }: WorkloadRow): string {
  return objective === null ? '' : read(fields.objective, objective, writtenDecimals(objective)).text;
}

export function readCoverage({ fields, coverage }: WorkloadRow): Reading {
  return { tone: coverage === null ? 'muted' : undefined, ...read(fields.coverage, coverage, 0) };
}

export function readEvents({ fields, bad, events }: WorkloadRow): { bad: string; events: string } {
  const count = (name: string, value: number | null) => read(fields[name], value, (value ?? 0) < 1000 ? 0 : 1).text;
  return { bad: count('bad', bad), events: count('events', events) };
}

/** A ratio near one requires the digits after its nines: 99.923%, 99.9954%. */
function ratioDecimals(ratio: number | null): number {
  return ratio === null || ratio >= 1 || ratio <= 0
    ? 1
    : Math.min(4, Math.max(1, Math.ceil(-Math.log10(1 - ratio)) - 1));
}

/** As many digits as in the definition: 99.9%, 99.95%. */
function writtenDecimals(ratio: number): number {
  return (
    Number((100 * ratio).toFixed(6))
      .toString()
      .split('.')[1]?.length ?? 0
  );
}

/** A window name with a space: "30d" -> "30 d". */
export function spaced(window: string): string {
  return window.replace(/(\d)([a-z])/gi, '$1 $2').replace(/([a-z])(\d)/gi, '$1 $2');
}

/** One unit, rounded down: a forecast is an extrapolation, and early is safer. */
export function roughly(seconds: number): string {
  if (seconds < 60) {
    return t('reading.below-a-minute', '< 1 min');
  }
  if (seconds < HOUR) {
    return t('reading.minutes', '{{number}} min', { number: Math.floor(seconds / 60) });
  }
  return seconds < 2 * DAY
    ? t('reading.hours', '{{number}} h', { number: Math.floor(seconds / HOUR) })
    : t('reading.days', '{{number}} d', { number: Math.floor(seconds / DAY) });
}

/** Milliseconds have no decimals, longer times have two. */
function significantDecimals(seconds: number | null): number {
  return seconds !== null && seconds < 1 ? 0 : 2;
}
