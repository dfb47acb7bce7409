import { periodOf } from './period';

const instant = Date.UTC(2026, 10, 23, 20, 0);

test.each([
  ['30d', '2026-10-24T20:00:00.000Z', '2026-11-23T20:00:00.000Z'],
  ['1h', '2026-11-23T19:00:00.000Z', '2026-11-23T20:00:00.000Z'],
  ['month', '2026-11-01T00:00:00.000Z', '2026-12-01T00:00:00.000Z'],
  ['week', '2026-11-23T00:00:00.000Z', '2026-11-30T00:00:00.000Z'],
  // In this quarter, Berlin's clocks go back.
  ['quarter Europe/Berlin', '2026-09-30T22:00:00.000Z', '2026-12-31T23:00:00.000Z'],
  ['month UTC 2022-01-15T12:00', '2026-11-15T12:00:00.000Z', '2026-12-15T12:00:00.000Z'],
  ['month UTC 2022-01-31', '2026-10-31T00:00:00.000Z', '2026-11-30T00:00:00.000Z'],
  ['week America/New_York 2022-01-01T12:00', '2026-11-21T17:00:00.000Z', '2026-11-28T17:00:00.000Z'],
  ['quarter Europe/Berlin 2027-02-01', '2026-10-31T23:00:00.000Z', '2027-01-31T23:00:00.000Z'],
  ['year America/New_York', '2026-01-01T05:00:00.000Z', '2027-01-01T05:00:00.000Z'],
])('%s lasts from %s to %s', (window, from, to) => {
  const period = periodOf(window, instant)!;
  expect([period.from, period.to].map((time) => new Date(time).toISOString())).toEqual([from, to]);
});

test('a window that cannot be read has no period', () => {
  expect(periodOf('fortnight', instant)).toBeUndefined();
  expect(periodOf('month UTC noon', instant)).toBeUndefined();
});
