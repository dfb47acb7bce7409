import { testIds } from '../../src/testIds';
import { answerDuring, tableRows } from './answers';
import { choose, combobox, expect, multiCombobox, test, violations } from './fixtures';

const ids = testIds.queryEditor;

const editor = '[aria-label="Query editor"]';

test('Explore starts with every SLO, worst first, and draws a budget over time', async ({ page }) => {
  const rows = tableRows(await answerDuring(page, () => page.goto('/#/explore')));
  expect(rows).toHaveLength(24);
  expect(rows[0].title).toContain('checkout');
  const table = page.getByTestId('frames');
  await expect(table.getByText('checkout').first()).toBeVisible();
  await expect(table.getByText('Error budget remaining').first()).toBeVisible();
  expect(await violations(page, editor)).toEqual([]);

  const frames = await answerDuring(page, () => choose(page, 'Query type', /^Time series/));
  expect(frames).toHaveLength(24);
  await expect(page.getByTestId('series').locator('canvas')).toBeVisible();
});

test('every example of the help answers', async ({ page }) => {
  await page.goto('/#/explore');
  await expect(page.getByTestId('frames').getByText('checkout').first()).toBeVisible();
  await page.getByRole('button', { name: 'Help' }).click();
  const examples = page.getByRole('button', { name: /^Use: / });
  await expect(examples.first()).toBeVisible();
  const count = await examples.count();
  expect(count).toBeGreaterThanOrEqual(9);
  for (let index = 0; index < count; index++) {
    const name = await examples.nth(index).getAttribute('aria-label');
    const frames = await answerDuring(page, () => examples.nth(index).click());
    expect(frames.length, name!).toBeGreaterThan(0);
  }
});

test('an alert rule asks for the alerts of every SLO, and fires for those that fire', async ({ page }) => {
  await page.goto('/#/alert');
  await expect(page.getByTestId(ids.explanation)).toContainText('One value for each SLO, group and severity');
  await expect(combobox(page, 'Value')).toHaveValue('Firing');
  // Two SLOs, twelve workloads, two severities. The budget of checkout burns fast, that of
  // recommendations slowly, both in availability.
  const instances = page.getByTestId('instances');
  await expect(instances).toHaveText(/^48 instances, [23] above 0$/);
  expect(await violations(page, editor)).toEqual([]);

  await combobox(page, 'Query type').click();
  await expect(page.getByRole('option')).toHaveText([/^Summary/, /^Time series/, /^Resources/, /^Alerts/]);
  await page.keyboard.press('Escape');
});

test('an alert rule of a summary is about one number, which is to be chosen', async ({ page }) => {
  await page.goto('/#/alert');
  await expect(page.getByTestId('instances')).toHaveText(/^48 /);
  await choose(page, 'Query type', /^Summary/);
  await expect(page.getByText('Select the value to alert on.')).toBeVisible();
  await choose(page, 'Value', 'Error budget remaining');
  await expect(page.getByTestId('instances')).toHaveText(/^24 instances, \d+ above 0$/);
  await expect(page.getByText('workload="payments"').first()).toBeVisible();
});

test('an annotation tells of alerts of the severities that are chosen', async ({ page }) => {
  await page.goto('/#/annotation');
  await expect(page.getByTestId(ids.explanation)).toContainText('Alerts, spent budgets, exclusions and rollouts');
  await combobox(page, 'Query type').click();
  await expect(page.getByRole('option')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await choose(page, multiCombobox(page, 'Annotation types'), /^Alerts/);
  await page.keyboard.press('Tab');
  await page.getByText('Options', { exact: true }).click();
  await multiCombobox(page, 'Severities').click();
  const frames = await answerDuring(page, () => page.getByRole('option', { name: /^page/ }).click());
  await page.keyboard.press('Tab');
  expect(frames[0].schema.fields.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['time', 'timeEnd', 'title', 'text'])
  );
  await expect(page.getByTestId('frames').getByText('page fires').first()).toBeVisible();
  expect(await violations(page, editor)).toEqual([]);
});

test('a variable lists SLOs, values of a label, and policies', async ({ page }) => {
  await page.goto('/#/variable');
  const values = page.getByRole('region', { name: 'Preview of values' }).getByRole('listitem');
  await expect(values).toHaveText(['availability', 'latency']);
  await choose(page, 'Variable type', /^Label values/);
  await choose(page, 'Label', 'namespace');
  await expect(values).toHaveText(['batch', 'inference', 'platform', 'shop']);
  expect(await violations(page, editor)).toEqual([]);
  await choose(page, 'Variable type', /^Alert policies/);
  await expect(values).toHaveText(['page-and-slack', 'sre-workbook']);
});

test('the fleet overview counts the budgets that are spent', async ({ page }) => {
  await page.goto('/#/dashboards');
  await page.getByRole('button', { name: 'Import Burnline: Fleet overview' }).click();
  // Payments and two workloads that are down are exhausted.
  await expect(page.locator('[data-testid="panel"][data-title="Exhausted"]')).toHaveText(/^Exhausted\s*3$/);
  await expect(page.getByRole('button', { name: '3 exhausted' })).toBeVisible();
});

for (const [title, panels] of [
  ['Burnline: Fleet overview', 7],
  ['Burnline: SLO in detail', 9],
  ['Burnline: Monthly report', 4],
  ['Burnline: Alert policy backtest', 5],
] as const) {
  test(`the Dashboards tab imports ${title}, and every panel shows something`, async ({ page }) => {
    await page.goto('/#/dashboards');
    await page.getByRole('button', { name: `Import ${title}` }).click();
    await expect(page.getByRole('heading', { name: title })).toBeVisible();
    const all = page.getByTestId('panel');
    await expect(all).toHaveCount(panels);
    // A panel with an error has no rows.
    await expect(page.locator('[data-testid="panel"]:not([data-rows="0"])')).toHaveCount(panels);
    await page.screenshot({ path: `test-results/${title.replace(/\W+/g, '-')}.png` });
  });
}
