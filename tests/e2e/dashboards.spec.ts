import { expect, test } from '@grafana/plugin-e2e';
import type { Page } from '@playwright/test';

import { burnline, prometheusUrl } from './provisioned';

/** The bundled dashboards by their uids, with a panel of each that has to show something. */
const bundled = [
  { uid: 'burnline-fleet', title: 'Burnline: fleet overview', panel: 'Least budget left' },
  { uid: 'burnline-slo', title: 'Burnline: SLO in detail', panel: 'Now' },
  { uid: 'burnline-report', title: 'Burnline: monthly report', panel: 'All that is chosen, by period' },
];

for (const { uid, title, panel } of bundled) {
  test(`${title} is provisioned and has no panel with an error`, async ({ gotoDashboardPage, page }) => {
    const dashboard = await gotoDashboardPage({ uid });
    await expect(dashboard.getPanelByTitle(panel).locator.getByText(/\d%/).first()).toBeVisible();
    await expect(page.getByTestId('data-testid Panel status error')).toHaveCount(0);
  });
}

test('the Dashboards tab of a new data source imports each of them for that data source', async ({
  createDataSource,
  page,
}) => {
  const url = await prometheusUrl(page.request);
  const source = await createDataSource({ type: burnline.type, url, access: 'proxy' });
  await page.goto(`/connections/datasources/edit/${source.uid}/dashboards`);
  for (const { title } of bundled) {
    await expect(page.getByRole('row', { name: title })).toBeVisible();
  }

  // A dashboard that is provisioned cannot be imported over, so one is imported as the tab does, under a uid of its own.
  const uid = `imported-${Date.now()}`;
  const answer = await page.request.post('/api/dashboards/import', {
    data: {
      dashboard: { ...(await bundledFile(page, 'fleet')), uid, title: `Imported ${uid}` },
      inputs: [{ name: '*', type: 'datasource', pluginId: burnline.type, value: source.name }],
      overwrite: false,
    },
  });
  expect(answer.status(), await answer.text()).toBe(200);
  await page.goto(`/d/${uid}`);
  await expect(page.getByText(source.name, { exact: true })).toBeVisible();
  await page.request.delete(`/api/dashboards/uid/${uid}`);
});

test('a row of the fleet leads to its SLO in detail', async ({ gotoDashboardPage, page }) => {
  await gotoDashboardPage({ uid: burnline.dashboardUid });
  await page.getByRole('link', { name: 'payments' }).click();
  await expect(page).toHaveURL(/\/d\/burnline-slo.*var-workload=payments/);
});

/** A dashboard as the plugin serves it. */
async function bundledFile(page: Page, name: string): Promise<object> {
  const answer = await page.request.get(`/public/plugins/${burnline.type}/dashboards/${name}.json`);
  expect(answer.ok()).toBe(true);
  return answer.json();
}
