import { Locator, Page } from '@playwright/test';

import { answerDuring, tableRows, trends } from './answers';
import { expect, panelRows, test } from './fixtures';

/** "-12.8%" is -0.128. */
function shareOf(text: string): number {
  return Number(text.replace('%', '')) / 100;
}

async function budgets(rows: Locator): Promise<number[]> {
  return (await rows.getByTestId('budget').allInnerTexts()).map(shareOf);
}

async function titles(rows: Locator): Promise<string[]> {
  return rows.getByRole('rowheader').evaluateAll((cells) => cells.map((cell) => cell.getAttribute('title')!));
}

test('shows twelve workloads with the budgets that the data source answered', async ({ page }) => {
  const frames = await answerDuring(page, () => page.goto('/#/workloads'));
  const rows = await panelRows(page);
  await expect(rows).toHaveCount(12);
  await expect(page.getByTestId('summary')).toContainText('12 workloads');

  const answered = tableRows(frames);
  expect(answered).toHaveLength(12);
  const shown = await budgets(rows);
  const shownTitles = await titles(rows);
  expect(shown.every(Number.isFinite)).toBe(true);
  for (const { title, budget } of answered) {
    const place = shownTitles.indexOf(title);
    expect(place, `a row for ${title}`).toBeGreaterThanOrEqual(0);
    // Half of the last digit.
    expect(Math.abs(shown[place] - budget!), `budget of ${title}`).toBeLessThanOrEqual(0.0005 + 1e-9);
  }
});

test('draws a sparkline for every workload whose throughput of the day is known', async ({ page }) => {
  const frames = await answerDuring(page, () => page.goto('/#/workloads'));
  await panelRows(page);
  expect(trends(frames)).toHaveLength(12);
  const lines = page.getByTestId('trend').locator('path[stroke]');
  await expect(lines).toHaveCount(12);
  for (const line of await lines.all()) {
    // 23 steps of an hour.
    expect((await line.getAttribute('d'))!.split('L')).toHaveLength(24);
  }
});

test('sorts by budget from the keyboard alone', async ({ page }) => {
  await page.goto('/#/workloads');
  const rows = await panelRows(page);
  const header = page.getByRole('columnheader', { name: 'Error budget' });
  await tabTo(page, header.getByRole('button'));

  await page.keyboard.press('Enter');
  await expect(header).toHaveAttribute('aria-sort', 'ascending');
  expect(await budgets(rows)).toEqual([...(await budgets(rows))].sort((a, b) => a - b));

  await page.keyboard.press('Space');
  await expect(header).toHaveAttribute('aria-sort', 'descending');
  expect(await budgets(rows)).toEqual([...(await budgets(rows))].sort((a, b) => b - a));
});

test('is one list over all namespaces, worst first', async ({ page }) => {
  await page.goto('/#/workloads');
  await panelRows(page);
  await expect(page.getByRole('button', { name: /^namespace / })).toHaveCount(0);
  await expect(page.getByRole('rowheader').first()).toContainText('checkout');
});

test('hides lesser columns when narrow, without scrolling sideways', async ({ page }) => {
  await page.setViewportSize({ width: 400, height: 900 });
  await page.goto('/#/workloads');
  await expect(await panelRows(page)).toHaveCount(12);
  await expect(page.getByRole('columnheader', { name: 'Throughput' })).toHaveCount(0);
  await expect(page.getByRole('columnheader', { name: 'Error budget' })).toBeVisible();
  const overflow = await page
    .getByRole('region', { name: 'Workloads table' })
    .evaluate((region) => region.scrollWidth - region.clientWidth);
  expect(overflow).toBe(0);
});

async function tabTo(page: Page, target: Locator) {
  for (let presses = 0; presses < 40; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) {
      return;
    }
    await page.keyboard.press('Tab');
  }
  throw new Error('the Tab key does not reach the header of the column');
}
