import type { APIRequestContext } from '@playwright/test';

/** What provisioning/ puts into the Grafana under test. */
export const burnline = {
  type: 'burnline-slo-datasource',
  name: 'Burnline',
  uid: 'burnline',
  dashboardUid: 'burnline-fleet',
  /** Availability and latency of the demo's twelve workloads. */
  rows: 24,
  slos: ['availability', 'latency'],
} as const;

/** The Prometheus server that the provisioned data source reads: it has the demo's data, wherever it runs. */
export async function prometheusUrl(request: APIRequestContext): Promise<string> {
  const answer = await request.get(`/api/datasources/uid/${burnline.uid}`);
  if (!answer.ok()) {
    throw new Error(`The data source with uid ${burnline.uid} is not provisioned: ${answer.status()}`);
  }
  return (await answer.json()).url;
}
