import { expect, test } from './fixtures';
import { burnline } from './provisioned';

/** The bundled dashboards by uid, with a panel of each that must have data. */
const bundled = [
  { uid: 'burnline-fleet', title: 'Burnline: Fleet overview', panel: 'Lowest budget' },
  { uid: 'burnline-slo', title: 'Burnline: SLO in detail', panel: 'Now, all workloads together' },
  { uid: 'burnline-report', title: 'Burnline: Monthly report', panel: 'All selected workloads together, by period' },
];

for (const { uid, title, panel } of bundled) {
  test(`${title} is provisioned and has no panel with an error`, async ({ gotoDashboardPage, page }) => {
    const dashboard = await gotoDashboardPage({ uid });
    await expect(dashboard.getPanelByTitle(panel).locator.getByText(/\d%/).first()).toBeVisible();
    await expect(page.getByTestId('data-testid Panel status error')).toHaveCount(0);
  });
}

test('what spent the budget is drawn with failing requests over time', async ({ gotoDashboardPage, page }) => {
  await page.setViewportSize({ width: 1280, height: 2000 });
  const dashboard = await gotoDashboardPage({
    uid: 'burnline-spent',
    queryParams: new URLSearchParams('from=now-30m'),
  });
  for (const panel of ['Bad events', 'Failing requests']) {
    await expect(dashboard.getPanelByTitle(panel).locator.locator('canvas').first()).toBeVisible();
  }
  await expect(dashboard.getPanelByTitle('By code').locator.getByText(/\d%/).first()).toBeVisible();
  await expect(page.getByTestId('data-testid Panel status error')).toHaveCount(0);
});

test('the fleet overview counts the budgets that are spent', async ({ gotoDashboardPage }) => {
  const dashboard = await gotoDashboardPage({ uid: 'burnline-fleet' });
  await expect(dashboard.getPanelByTitle('Exhausted').locator.getByText('3', { exact: true })).toBeVisible();
});

test('a row of the fleet leads to its SLO in detail', async ({ gotoDashboardPage, page }) => {
  await gotoDashboardPage({ uid: burnline.dashboardUid });
  await page.getByRole('link', { name: 'payments' }).first().click();
  await expect(page).toHaveURL(/\/d\/burnline-slo.*var-workload=payments/);
});
