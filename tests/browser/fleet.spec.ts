import { expect, panelRows, test } from './fixtures';
import { answerWithFleet } from './fleet';
import { describe, scrollThrough, traceFrames } from './frames';

test('scrolls through a thousand workloads, most of which are not in the document', async ({ page }) => {
  await answerWithFleet(page, 1000);
  await page.goto('/#/workloads');
  const rows = await panelRows(page);
  await expect(page.getByTestId('summary')).toContainText('1000 workloads');
  expect(await rows.count()).toBeLessThan(60);
  await expect(page.getByRole('table')).toHaveAttribute('aria-rowcount', '1001');

  const report = await traceFrames(page, () => page.evaluate(scrollThrough, 240));
  console.log(`1000 workloads, scrolled to the end: ${describe(report)}`);

  const last = page.getByRole('row').last();
  await expect(last).toHaveAttribute('aria-rowindex', '1001');
  expect(await rows.count()).toBeLessThan(60);
});

test('filters a thousand workloads by words and by state', async ({ page }) => {
  await answerWithFleet(page, 1000);
  await page.goto('/#/workloads');
  await panelRows(page);
  await page.getByRole('textbox', { name: 'Filter the workloads' }).fill('team-7 workload-12');
  const summary = page.getByTestId('summary');
  await expect(summary).toContainText('1 of 1000 workloads');
  await expect(page.getByTestId('workload')).toHaveCount(1);
  await page.getByRole('textbox', { name: 'Filter the workloads' }).fill('');
  const firing = page.getByRole('button', { name: /^\d+ firing$/ });
  const count = /\d+/.exec(await firing.innerText())![0];
  await firing.click();
  await expect(summary).toContainText(`${count} of 1000 workloads`);
});

test('opens a row of a data source that is none of Burnline, and shows what a burn-down needs', async ({ page }) => {
  await answerWithFleet(page, 5);
  await page.goto('/#/workloads');
  await panelRows(page);
  await page.getByRole('button', { name: 'Burndown of workload-1', exact: true }).click();
  await expect(page.getByText('a time series named "budget"')).toBeVisible();
  await expect(page.getByText('Bad events', { exact: true })).toBeVisible();
  await expect(page.getByText('No changes were found.')).toBeVisible();
});
