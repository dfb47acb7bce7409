import { withDashboardZone } from './timeZone';
import type { BurnlineQuery } from './types';

const months: BurnlineQuery = { refId: 'A', queryType: 'history', period: 'month' };

it.each<[string, BurnlineQuery, string | undefined, string | undefined]>([
  ['the zone of the dashboard', months, 'Asia/Tokyo', 'Asia/Tokyo'],
  ['UTC', months, 'utc', 'UTC'],
  ["the browser's zone", months, 'browser', Intl.DateTimeFormat().resolvedOptions().timeZone],
  ["the query's own zone", { ...months, timezone: 'Europe/Berlin' }, 'Asia/Tokyo', 'Europe/Berlin'],
  ["none for the SLO's own calendar", { refId: 'A', queryType: 'history' }, 'Asia/Tokyo', undefined],
  ['none for other query types', { refId: 'A', queryType: 'summary' }, 'Asia/Tokyo', undefined],
  ['none without a dashboard', months, undefined, undefined],
])('counts periods in %s', (_, query, dashboard, zone) => {
  const sent = withDashboardZone(query, dashboard);
  expect('timezone' in sent ? sent.timezone : undefined).toBe(zone);
});
