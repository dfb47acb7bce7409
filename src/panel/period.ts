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
 * The time that an SLO's window covers at an instant: a rolling one ("30d") ends there; a calendar one ("month
 * Europe/Berlin", UTC when it names no zone) began before and is over later. Undefined for a window it cannot read.
 */
export function periodOf(window: string, instant: number): Period | undefined {
  const [word, timeZone = 'utc'] = window.split(' ');
  const calendar = CALENDAR[word];
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
