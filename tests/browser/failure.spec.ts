import { DEAD_ADDRESS, DEAD_URL, expect, panelRows, refresh, test } from './fixtures';

test.use({ expectedFailures: [/\/api\/ds\/query/] });

test('a Prometheus that does not answer leaves the last rows, marked as stale', async ({ page, changeSettings }) => {
  await page.goto('/#/workloads');
  const rows = await panelRows(page);
  await expect(rows).toHaveCount(12);

  await changeSettings({ url: DEAD_URL });
  await refresh(page);
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('Failed to load workloads');
  await expect(alert).toContainText(DEAD_ADDRESS);
  await expect(alert).toContainText('The rows below are from the last successful refresh.');
  await expect(page.getByTestId('summary')).toContainText('stale');
  await expect(rows).toHaveCount(12);
  await page.screenshot({ path: 'test-results/workloads-stale.png' });

  await changeSettings({});
  await refresh(page);
  await expect(alert).toHaveCount(0);
  await expect(page.getByTestId('summary')).not.toContainText('stale');
});

test('an error from the start shows its message and no rows', async ({ page, changeSettings }) => {
  await changeSettings({ url: DEAD_URL });
  await page.goto('/#/workloads');
  await expect(page.getByRole('alert')).toContainText(DEAD_ADDRESS);
  await expect(page.getByTestId('workload')).toHaveCount(0);
});

test('a Prometheus that hangs is told while the dashboard runs, and the rows come back with it', async ({ page }) => {
  const prometheus = Number(process.env.PROMETHEUS_PID);
  expect(prometheus, 'PROMETHEUS_PID, which "go tool mage test:browser" sets').toBeGreaterThan(0);
  await page.goto('/#/workloads');
  const rows = await panelRows(page);
  await expect(rows).toHaveCount(12);
  const alert = page.getByRole('alert');

  process.kill(prometheus, 'SIGSTOP');
  try {
    // The page refreshes every 15 s, and the timeout is 30 s.
    await expect(alert).toContainText('no answer within the timeout');
    await expect(rows).toHaveCount(12);
  } finally {
    process.kill(prometheus, 'SIGCONT');
  }
  await expect(alert).toHaveCount(0);
  await expect(page.getByTestId('summary')).not.toContainText('stale');
  await expect(rows).toHaveCount(12);
});
