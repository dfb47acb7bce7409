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

test('an opened row lists changes of its workload, which were not queried before', async ({
  gotoDashboardPage,
  page,
}) => {
  const queried: string[] = [];
  page.on('request', (request) => {
    if (/"queryType":"changes"/.test(request.postData() ?? '')) {
      queried.push(request.postData()!);
    }
  });
  await gotoDashboardPage({ uid: burnline.dashboardUid });
  const toggle = page.getByRole('button', { name: 'Burndown of search', exact: true }).first();
  await toggle.waitFor();
  expect(queried).toEqual([]);
  await toggle.click();
  // The demo replaces the pods of search every few hours.
  const changes = page.getByTestId('changes').getByRole('row').filter({ hasText: 'shop/search' });
  await expect(changes.first()).toContainText(/rollout.*(likely|possible|unlikely)/);
  expect(await changes.count()).toBeLessThanOrEqual(3);
  expect(queried).toHaveLength(1);
});

test('an opened row leads to its alert rule, and to what spent its budget in the same time', async ({
  gotoDashboardPage,
  page,
}) => {
  const alerts = async () => {
    const answer = await page.request.get('/api/prometheus/grafana/api/v1/rules');
    return (await answer.text()).includes('"workload":"checkout"');
  };
  await expect.poll(alerts, { message: 'an evaluated rule', timeout: 150_000 }).toBe(true);
  await gotoDashboardPage({ uid: burnline.dashboardUid, timeRange: { from: 'now-3h', to: 'now' } });
  await page.getByRole('button', { name: 'Burndown of checkout', exact: true }).first().click();
  await page.getByRole('link', { name: 'What spent the budget' }).click();
  await expect(page).toHaveURL(/\/d\/burnline-spent.*var-workload=checkout.*from=now-3h&to=now/);
  await expect(page.getByRole('heading', { name: 'Bad events' })).toBeVisible();
  await page.goBack();
  await page
    .getByRole('link', { name: /^Alert rule/ })
    .first()
    .click();
  await expect(page).toHaveURL(/\/alerting\/grafana\/[^/]+\/view/);
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
