import { readFile } from 'node:fs/promises';

import { expect, test } from './fixtures';
import { burnline } from './provisioned';

const panel = 'SLOs by workload';

const CSV = `namespace,workload,state,budget,p95,p95_target
shop,checkout,3,0.234,0.312,0.3
shop,payments,4,-0.128,0.141,0.25
inference,embeddings,0,0.97,0.088,0.2`;

test('an opened row shows its burn-down', async ({ gotoDashboardPage, page }) => {
  await gotoDashboardPage({ uid: burnline.dashboardUid });
  await page.getByRole('button', { name: 'Burndown of checkout', exact: true }).first().click();
  const chart = page.getByTestId('burn-down');
  await expect(chart.locator('canvas')).toBeVisible();
  await expect(chart).toHaveAccessibleName(/Error budget over 30 d: from 100.0% to -?\d+\.\d% remaining/);
});

test("the panel's rows leave as CSV through the inspector", async ({ gotoDashboardPage, page }) => {
  await gotoDashboardPage({ uid: burnline.dashboardUid });
  await expect(page.getByTestId('workload').first()).toBeVisible();
  await page.getByRole('heading', { name: panel }).hover();
  await page.getByRole('button', { name: `Menu for panel ${panel}` }).click();
  await page.getByRole('menuitem', { name: 'Inspect' }).hover();
  await page.getByRole('menuitem', { name: 'Data', exact: true }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download CSV' }).click(),
  ]);
  const text = await readFile((await download.path())!, 'utf8');
  const lines = text.trim().split('\n');
  expect(lines[0]).toContain('Error budget remaining');
  expect(lines).toHaveLength(1 + burnline.rows);
  expect(text).toContain('payments');
});

test('the panel reads a table of another data source', async ({ createDataSource, openDashboard, page }) => {
  const { uid, type } = await createDataSource({ type: 'grafana-testdata-datasource' });
  const datasource = { uid, type };
  const target = { refId: 'A', datasource, scenarioId: 'csv_content', csvContent: CSV };
  await openDashboard('Workloads of a table', {
    panels: [{ type: 'burnline-workloads-panel', title: 'Table', datasource, targets: [target] }],
  });
  const rows = page.getByTestId('workload');
  await expect(rows).toHaveCount(3);
  for (const text of ['firing', 'checkout', '23.4%', '312 ms']) {
    await expect(rows.first()).toContainText(text);
  }
});
