import { config } from '@grafana/runtime';

/** Whether this Grafana is at least of a version. */
export function isGrafana(major: number, minor: number): boolean {
  const [, ours = '0', oursMinor = '0'] = /^(\d+)\.(\d+)/.exec(config.buildInfo.version) ?? [];
  return Number(ours) > major || (Number(ours) === major && Number(oursMinor) >= minor);
}

/** Properties of Grafana's components that versions before 12.4 do not have in their types. They ignore them. */
export function since124(properties: { customValueDescription?: string; infoOption?: boolean }): object {
  return properties;
}
