import { expect, test } from './fixtures';

// Each refresh of a dashboard cancels the one before, so no query ever fails.
test('rows show their age when a server hangs behind a refresh of five seconds', async ({ page }) => {
  await page.goto('/d/burnline-fleet?refresh=5s');
  const summary = page.getByTestId('summary');
  await expect(summary).toContainText('12 workloads');
  await expect(summary).not.toContainText('stale');

  await page.route('**/api/ds/query*', () => {}); // never answered
  await expect(summary).toContainText(/stale, .+ old/);
  await expect(page.getByTestId('workload').first()).toBeVisible();

  await page.unroute('**/api/ds/query*');
  await expect(summary).not.toContainText('stale');
});
