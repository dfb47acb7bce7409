import type { BurnlineQuery } from './types';

/** Calendar periods that a query asks for without a time zone are those of the dashboard's. */
export function withDashboardZone(query: BurnlineQuery, timezone?: string): BurnlineQuery {
  if (query.queryType !== 'history' || !query.period || query.timezone || !timezone) {
    return query;
  }
  const zones: Record<string, string> = { utc: 'UTC', browser: Intl.DateTimeFormat().resolvedOptions().timeZone };
  return { ...query, timezone: zones[timezone] ?? timezone };
}
