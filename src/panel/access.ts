import { PanelData } from '@grafana/data';
import { config } from '@grafana/runtime';

/** Where the panel's rows come from, if Grafana does not let the panel query for more. */
export type Stored = 'snapshot' | 'public';

/** Rows of a snapshot are stored in it. In a public dashboard, Grafana replaces every query by the panel's own. */
export function storedRows({ request }: Pick<PanelData, 'request'>): Stored | undefined {
  if (request?.targets.some((target) => target.queryType === 'snapshot')) {
    return 'snapshot';
  }
  return config.publicDashboardAccessToken ? 'public' : undefined;
}

/** Whether the viewer has one of these rights in Grafana. Visitors of public dashboards have none. */
export function hasRight(...actions: string[]): boolean {
  const { permissions } = config.bootData?.user ?? {};
  return !config.publicDashboardAccessToken && actions.some((action) => permissions?.[action]);
}

export function canExplore(): boolean {
  return Boolean(config.exploreEnabled) && hasRight('datasources:explore');
}

/** A page of this Grafana that the viewer may open, another page that needs no right here, or neither. */
export type Followable = boolean | { dashboard: string };

/** Whether the viewer may follow a link. Each dashboard has its own permissions, so this requires a request. */
export function mayFollow(href: string): Followable {
  const path = pathInGrafana(href);
  if (path === undefined) {
    return true;
  }
  if (/^\/explore\b/.test(path)) {
    return canExplore();
  }
  const [, dashboard] = /^\/d\/([^/?#]+)/.exec(path) ?? [];
  if (dashboard) {
    return hasRight('dashboards:read') && { dashboard };
  }
  if (/^\/alerting\/silence/.test(path)) {
    return hasRight('alert.silences:create', 'alert.instances:create');
  }
  if (/^\/alerting\b/.test(path)) {
    return hasRight('alert.rules:read');
  }
  return !config.publicDashboardAccessToken;
}

/** The path below Grafana's own root, or undefined for a link to elsewhere. */
function pathInGrafana(href: string): string | undefined {
  const root = config.appSubUrl ?? '';
  const origin = window.location.origin;
  const local = href.startsWith(`${origin}/`) ? href.slice(origin.length) : href;
  if (!local.startsWith('/') || local.startsWith('//')) {
    return undefined;
  }
  return root && local.startsWith(`${root}/`) ? local.slice(root.length) : local;
}
