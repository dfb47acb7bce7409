import type { APIRequestContext } from '@playwright/test';

/** The resources of provisioning/ in the tested Grafana. */
export const burnline = {
  type: 'burnline-slo-datasource',
  name: 'Burnline',
  uid: 'burnline',
  dashboardUid: 'burnline-fleet',
  /** Availability and latency of the demo's twelve workloads. */
  rows: 24,
  slos: ['availability', 'latency'],
} as const;

/** The Prometheus server of the provisioned data source, with the demo's data. */
export async function prometheusUrl(request: APIRequestContext): Promise<string> {
  const answer = await request.get(`/api/datasources/uid/${burnline.uid}`);
  if (!answer.ok()) {
    throw new Error(`The data source with uid ${burnline.uid} is not provisioned: ${answer.status()}`);
  }
  return (await answer.json()).url;
}
