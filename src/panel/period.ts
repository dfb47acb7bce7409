import { DurationUnit, dateTimeForTimeZone, rangeUtil } from '@grafana/data';

/** Milliseconds since 1970. */
export interface Period {
  from: number;
  to: number;
}

const CALENDAR: Record<string, { start: 'isoWeek' | 'month' | 'quarter' | 'year'; unit: DurationUnit }> = {
  week: { start: 'isoWeek', unit: 'week' },
  month: { start: 'month', unit: 'month' },
  quarter: { start: 'quarter', unit: 'quarter' },
  year: { start: 'year', unit: 'year' },
};

/**
 * The range of an SLO's window at an instant. A rolling one ("30d") ends at the instant. A calendar
 * one ("month Europe/Berlin", UTC without a zone) began before and ends later. With a start ("month
 * UTC 2026-01-15T12:00"), every period begins at that time of its week, month, quarter or year.
 * Undefined for an unknown window.
 */
export function periodOf(window: string, instant: number): Period | undefined {
  const [word, timeZone = 'utc', first] = window.split(' ');
  const calendar = CALENDAR[word];
  if (calendar && first) {
    return periodFrom(first, timeZone, calendar.unit, instant);
  }
  if (calendar) {
    const start = dateTimeForTimeZone(timeZone, instant).startOf(calendar.start as 'month');
    return { from: start.valueOf(), to: dateTimeForTimeZone(timeZone, start).add(1, calendar.unit).valueOf() };
  }
  try {
    return { from: instant - rangeUtil.intervalToMs(word), to: instant };
  } catch {
    return undefined;
  }
}

/** The period of a unit that contains an instant, if one of the periods begins at `first`. */
function periodFrom(first: string, timeZone: string, unit: DurationUnit, instant: number): Period | undefined {
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d)?$/.test(first)) {
    return undefined;
  }
  const origin = dateTimeForTimeZone(timeZone, first);
  const begin = (n: number) => dateTimeForTimeZone(timeZone, first).add(n, unit).valueOf();
  let n = Math.floor(dateTimeForTimeZone(timeZone, instant).diff(origin, unit, true));
  while (begin(n) > instant) {
    n--;
  }
  while (begin(n + 1) <= instant) {
    n++;
  }
  return { from: begin(n), to: begin(n + 1) };
}
