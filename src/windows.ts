import type { CalendarUnit, CalendarWindow, SLO } from './types';

/** The windows of an SLO as texts: 30d, month, month Europe/Berlin, or month Europe/Berlin 2026-01-15T12:00. */
export function windowTexts(window: SLO['window']): string[] {
  const all = Array.isArray(window) ? window : [window];
  return all.map((one) => (typeof one === 'string' ? one : calendarText(one))).filter(Boolean);
}

function calendarText({ calendar, timezone, start }: CalendarWindow): string {
  const zone = timezone || (start && 'UTC');
  return [calendar, zone, start?.trim().replace(/\s+/, 'T')].filter(Boolean).join(' ');
}

/** The inverse. A single window is not a list. */
export function windowsOf(texts: string[]): SLO['window'] {
  const all = texts.map(windowOf);
  return all.length === 1 ? all[0] : all;
}

export const calendarUnits: CalendarUnit[] = ['week', 'month', 'quarter', 'year'];

function windowOf(text: string): string | CalendarWindow {
  const [unit, timezone, start] = text.trim().split(/\s+/);
  if (!calendarUnits.includes(unit as CalendarUnit)) {
    return text.trim();
  }
  return { calendar: unit as CalendarUnit, ...(timezone && { timezone }), ...(start && { start }) };
}
