import type { BurnlineQuery } from './types';

/** Calendar periods of a query without a time zone use the dashboard's. */
export function withDashboardZone(query: BurnlineQuery, timezone?: string): BurnlineQuery {
  if (query.queryType !== 'history' || !query.period || query.timezone || !timezone) {
    return query;
  }
  const zones: Record<string, string> = { utc: 'UTC', browser: Intl.DateTimeFormat().resolvedOptions().timeZone };
  return { ...query, timezone: zones[timezone] ?? timezone };
}
