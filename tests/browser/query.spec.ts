import { testIds } from '../../src/testIds';
import { answerDuring, tableRows } from './answers';
import { expect, panelRows, test } from './fixtures';

const ids = testIds.queryEditor;

test('starts with a summary of every SLO of the catalog', async ({ page }) => {
  const frames = await answerDuring(page, () => page.goto('/#/query'));
  const rows = await panelRows(page);
  const answered = tableRows(frames);
  expect(answered.length).toBe(24);
  await expect(rows).toHaveCount(answered.length);
  await expect(page.getByTestId('summary')).toContainText('12 workloads');
  await expect(page.getByTestId('summary')).toContainText('24 objectives');
});

test('answers for an SLO that is written in the query', async ({ page }) => {
  await page.goto('/#/query');
  await panelRows(page);
  await page.getByTestId(ids.source).getByRole('radio', { name: 'This query' }).check();
  await page.getByTestId(ids.name).fill('checkout-answers');
  await page.getByTestId(ids.total).fill('http_requests_total{workload="checkout"}');
  await page.getByTestId(ids.counted).fill('http_requests_total{workload="checkout",code=~"5.."}');
  await page.getByTestId(ids.counted).blur();

  const row = page.getByTestId('workload');
  await expect(row).toHaveCount(1);
  await expect(row.getByRole('rowheader')).toContainText('checkout');
  await expect(row.getByRole('rowheader').locator('> div')).toHaveAttribute('title', /checkout-answers$/);
  await expect(row.getByTestId('budget')).toHaveText(/^-?\d+\.\d%$/);
  await page.screenshot({ path: 'test-results/query-inline-dark.png' });
});

test('draws time series', async ({ page }) => {
  await page.goto('/#/query');
  await panelRows(page);
  const frames = await answerDuring(page, () =>
    page.getByTestId(ids.queryType).getByRole('radio', { name: 'Time series' }).check()
  );
  expect(frames.length).toBe(24);
  expect(frames.every(({ schema }) => schema.fields[0].name === 'time')).toBe(true);
  await expect(page.getByTestId('series').locator('canvas')).toBeVisible();
  await page.screenshot({ path: 'test-results/query-timeseries-dark.png' });
});
