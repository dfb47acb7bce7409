import { BackendSrvRequest, config, setBackendSrv, type BackendSrv } from '@grafana/runtime';
import { of } from 'rxjs';

import { forgetDashboards } from '../dashboards';

/**
 * Gives the viewer these rights, and Grafana these dashboards and alert rules. Returns the growing list of requests to
 * Grafana.
 */
export function giveRights(
  actions: string[],
  dashboards: string[] = [],
  publicToken?: string,
  rules: object[] = []
): string[] {
  const sent: string[] = [];
  config.exploreEnabled = true;
  config.publicDashboardAccessToken = publicToken;
  config.bootData = {
    ...config.bootData,
    user: { permissions: Object.fromEntries(actions.map((action) => [action, true])) },
  } as typeof config.bootData;
  setBackendSrv({
    fetch: ({ url }: BackendSrvRequest) => {
      sent.push(url);
      return of({
        data: url.startsWith('/api/search')
          ? dashboards.map((uid) => ({ uid }))
          : { data: { groups: rules.map((rule) => ({ rules: [rule] })) } },
      });
    },
  } as unknown as BackendSrv);
  forgetDashboards();
  return sent;
}
