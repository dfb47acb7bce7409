import { windowsOf, windowTexts } from './windows';

test.each([
  ['30d', '30d'],
  ['month', { calendar: 'month' }],
  ['month Europe/Berlin', { calendar: 'month', timezone: 'Europe/Berlin' }],
  ['week UTC 2022-01-01T12:00', { calendar: 'week', timezone: 'UTC', start: '2022-01-01T12:00' }],
])('%s', (text, window) => {
  expect(windowsOf([text])).toEqual(window);
  expect(windowTexts(window as ReturnType<typeof windowsOf>)).toEqual([text]);
});

test('a start is written as one word, with its zone', () => {
  expect(windowTexts({ calendar: 'month', start: '2022-01-15 12:00' })).toEqual(['month UTC 2022-01-15T12:00']);
});
