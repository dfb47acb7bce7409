import type { CalendarUnit, SLO, SLOWindow } from './types';

/** The windows of an SLO as texts: 30d, month, or month Europe/Berlin. */
export function windowTexts(window: SLO['window']): string[] {
  const all = Array.isArray(window) ? window : [window];
  return all
    .map((one) => (typeof one === 'string' ? one : [one.calendar, one.timezone].filter(Boolean).join(' ')))
    .filter(Boolean);
}

/** The other way round; one window is no list. */
export function windowsOf(texts: string[]): SLO['window'] {
  const all = texts.map(windowOf);
  return all.length === 1 ? all[0] : all;
}

export const calendarUnits: CalendarUnit[] = ['week', 'month', 'quarter', 'year'];

function windowOf(text: string): SLOWindow {
  const [unit, timezone] = text.trim().split(/\s+/);
  if (!calendarUnits.includes(unit as CalendarUnit)) {
    return text.trim();
  }
  return timezone ? { calendar: unit as CalendarUnit, timezone } : { calendar: unit as CalendarUnit };
}
