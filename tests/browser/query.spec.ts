import type { Page } from '@playwright/test';

import { testIds } from '../../src/testIds';
import { answerDuring, tableRows } from './answers';
import { choose, combobox, expect, multiCombobox, panelRows, test, violations } from './fixtures';

const ids = testIds.queryEditor;

/** An expensive query is run by its button. */
async function run(page: Page) {
  await page.getByRole('button', { name: 'Run query' }).click();
}

/** Types PromQL into a selector field. */
async function write(page: Page, testId: string, text: string) {
  await page.getByTestId(`${testId}-mode`).click();
  await page.getByTestId(testId).fill(text);
  await page.getByTestId(testId).blur();
}

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
  await write(page, ids.total, 'http_requests_total{workload="checkout"}');
  await write(page, ids.counted, 'http_requests_total{workload="checkout",code=~"5.."}');

  const row = page.getByTestId('workload');
  await expect(row).toHaveCount(1);
  await expect(row.getByRole('rowheader')).toContainText('checkout');
  await expect(row.getByRole('rowheader')).toHaveAttribute('title', /checkout-answers$/);
  await expect(row.getByTestId('budget')).toHaveText(/^-?\d+\.\d%$/);
  await page.screenshot({ path: 'test-results/query-inline-dark.png' });
});

test('offers the metrics, labels, values and buckets that the server has', async ({ page }) => {
  await page.goto('/#/query');
  await panelRows(page);
  await page.getByTestId(ids.source).getByRole('radio', { name: 'This query' }).check();
  await combobox(page, 'Total events').fill('requests');
  await page.getByRole('option', { name: 'http_requests_total', exact: true }).click();
  await choose(page, 'Total events: label', 'namespace');
  const frames = await answerDuring(page, () =>
    choose(page, 'Total events: operator', '=').then(() => choose(page, 'Total events: value', 'shop'))
  );
  expect(frames.length).toBeGreaterThan(0);
  // The selector of the bad events has the same matcher.
  await expect(combobox(page, 'Bad events: value').first()).toHaveValue('shop');

  await choose(page, 'SLI type', /Latency/);
  await combobox(page, 'Threshold').click();
  await expect(page.getByRole('option', { name: /^300ms/ })).toBeVisible();
  await page.getByRole('option', { name: /^100ms/ }).click();
  await expect(combobox(page, 'Threshold')).toHaveValue('100ms');
});

test('filters are matchers of every series', async ({ page }) => {
  await page.goto('/#/query');
  await panelRows(page);
  await page.getByRole('button', { name: 'Add' }).click();
  await choose(page, 'Filters: label', 'namespace');
  const frames = await answerDuring(page, () => choose(page, 'Filters: value', 'batch'));
  expect(tableRows(frames)).toHaveLength(4);
});

test('shows the PromQL of what is counted', async ({ page }) => {
  await page.goto('/#/query');
  await panelRows(page);
  await page.getByText('Generated PromQL').click();
  const expressions = page.getByTestId(ids.previewExpr);
  await expect(expressions).toHaveCount(6);
  await expect(expressions.first()).toHaveText(/^sum by \(namespace, workload\) \(increase\(http_requests_total/);
});

test('draws time series', async ({ page }) => {
  await page.goto('/#/query');
  await panelRows(page);
  const frames = await answerDuring(page, () => choose(page, 'Query type', /^Time series/));
  expect(frames.length).toBe(24);
  expect(frames.every(({ schema }) => schema.fields[0].name === 'time')).toBe(true);
  await expect(page.getByTestId('series').locator('canvas')).toBeVisible();
  await page.screenshot({ path: 'test-results/query-timeseries-dark.png' });
});

for (const [type, frame, act] of [
  ['History', 'history', async () => {}],
  ['Compare objectives', 'whatif', (page: Page) => choose(page, multiCombobox(page, 'Objectives'), '99.5%')],
  [
    'Breakdown',
    'burners',
    async (page: Page) => {
      await choose(page, multiCombobox(page, 'Split by'), 'code');
      await run(page);
    },
  ],
  ['Alert policy backtest', 'policies', run],
] as const) {
  test(`asks and answers: ${type}`, async ({ page }) => {
    await page.goto('/#/query');
    await panelRows(page);
    const frames = await answerDuring(page, async () => {
      await choose(page, 'Query type', new RegExp(`^${type}`));
      await act(page);
    });
    expect(frames[0].schema.name).toContain(frame);
    expect(frames[0].data.values[0].length).toBeGreaterThan(0);
  });
}

for (const theme of ['dark', 'light'] as const) {
  test(`is accessible, ${theme}`, async ({ page }) => {
    await page.goto(`/?theme=${theme}#/query`);
    await panelRows(page);
    await page.getByTestId(ids.source).getByRole('radio', { name: 'This query' }).check();
    await page.getByText('Generated PromQL').click();
    await expect(page.getByTestId(ids.previewExpr).first()).toBeVisible();
    expect(await violations(page, `[data-testid="${ids.root}"]`)).toEqual([]);
    await page.screenshot({ path: `test-results/query-editor-${theme}.png` });
  });
}
