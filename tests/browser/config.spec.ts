import { Page } from '@playwright/test';

import { testIds } from '../../src/testIds';
import { DEAD_ADDRESS, DEAD_URL, expect, test, violations } from './fixtures';

const ids = testIds.configEditor;

const BROKEN = `apiVersion: burnline.dev/v1
slos:
  - name: availability
    objective: 199
    window: 30d
    by: [namespace, workload]
    sli:
      events: {total: 'http_requests_total{workload!=""}', bad: 'http_requests_total{code=~"5.."}'}
`;

/** Pastes over the whole catalog. Typed text would be indented again by the code editor. */
async function writeCatalog(page: Page, text: string) {
  await page.getByTestId(ids.catalog).locator('.view-lines').click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.evaluate((pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', pasted);
    document.activeElement!.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true })
    );
  }, text);
}

test('lists the SLOs of the catalog, and tells where a broken one is wrong', async ({ page }) => {
  await page.goto('/#/config');
  const slos = page.getByTestId(ids.slo);
  await expect(page.getByRole('row', { name: /^availability 99\.9%/ })).toBeVisible();
  await expect(page.getByRole('row', { name: /^latency 95%/ })).toBeVisible();
  await expect(slos).toHaveCount(2);
  await expect(page.getByTestId(ids.problem)).toHaveCount(0);
  await page.screenshot({ path: 'test-results/config-dark.png', fullPage: true });

  await writeCatalog(page, BROKEN);
  const problem = page.getByTestId(ids.problem);
  await expect(problem).toHaveCount(1);
  await expect(problem).toContainText(/^4:\d+ .*objective.*199/);

  await writeCatalog(page, BROKEN.replace('199', '99.5'));
  await expect(problem).toHaveCount(0);
  await expect(
    page.getByRole('row', { name: 'availability 99.5% 30d Success ratio namespace, workload' })
  ).toBeVisible();
});

const SLOTH = `version: prometheus/v1
service: shop
slos:
  - name: orders
    objective: 99.9
    sli:
      events:
        error_query: sum(rate(http_requests_total{workload="checkout",code=~"5.."}[{{.window}}]))
        total_query: sum(rate(http_requests_total{workload="checkout"}[{{.window}}]))
    alerting: {name: Orders}
`;

test('imports definitions of another tool, and names what has no place', async ({ page }) => {
  await page.goto('/#/config');
  await expect(page.getByTestId(ids.slo)).toHaveCount(2);
  await page.getByTestId(ids.import).click();
  await page.getByTestId(ids.importSource).fill(SLOTH);
  await expect(page.getByTestId(ids.importFound)).toContainText('Found 1 SLOs in Sloth format, with 2 notes.');
  await expect(page.getByTestId(ids.importNotes)).toContainText('slos[0].alerting.name');
  await page.screenshot({ path: 'test-results/import-dark.png' });
  expect(await violations(page, '[role="dialog"]')).toEqual([]);

  await page.getByTestId(ids.importTake).click();
  await expect(page.getByTestId(ids.slo)).toHaveCount(3);
  await expect(page.getByRole('row', { name: /^shop-orders 99\.9% 30d Success ratio/ })).toBeVisible();
  await expect(page.getByTestId(ids.problem)).toHaveCount(0);
});

test('completes keys and values by the schema', async ({ page }) => {
  await page.goto('/#/config');
  await expect(page.getByTestId(ids.slo).first()).toBeVisible();
  await writeCatalog(page, 'slos:\n  - name: a\n    ');
  await page.keyboard.press('Control+End');
  await page.keyboard.press('Control+Space');
  const suggestions = page.locator('.suggest-widget .monaco-list-row');
  await expect(suggestions.first()).toContainText('objective');
  await page.keyboard.press('Enter');
  // Completions of values open automatically.
  await expect(suggestions.first()).toContainText('99.9');
  await page.screenshot({ path: 'test-results/completion-dark.png' });
});

test('a new data source takes a URL and the example catalog, and is healthy', async ({ page, changeSettings }) => {
  await changeSettings({ url: '', jsonData: {} });
  await page.goto('/#/config');
  await page.getByLabel('Data source connection URL').fill(process.env.PROMETHEUS_URL!);
  await page.getByTestId(ids.insertExample).click();
  await expect(page.getByTestId(ids.slo)).toHaveCount(2);
  await expect(page.getByTestId(ids.problem)).toHaveCount(0);
  const found = await violations(page, 'main');
  // From plugin-ui, in every data source: its section "Authentication" skips from h3 to h6.
  const theirs = /^heading-order: .* <h6[^>]*>Authentication methods<\/h6>$/s;
  expect(found.filter((violation) => !theirs.test(violation))).toEqual([]);

  await page.getByRole('button', { name: 'Save & test' }).click();
  const outcome = page.getByTestId('data source test');
  await expect(outcome).toHaveAttribute('data-severity', 'success');
  await expect(outcome).toContainText('2 SLOs in the catalog');
  await page.goto('/#/workloads');
  await expect(page.getByTestId('workload')).toHaveCount(12);
});

test('saves and tests the data source', async ({ page, changeSettings }) => {
  // Restores the settings after the test.
  await changeSettings({});
  await page.goto('/#/config');
  await expect(page.getByTestId(ids.slo).first()).toBeVisible();
  await page.getByRole('button', { name: 'Save & test' }).click();
  await expect(page.getByTestId('data source test')).toHaveAttribute('data-severity', 'success');
});

test.describe('with a Prometheus that does not answer', () => {
  test.use({ expectedFailures: [/\/health$/] });

  test('says so when the data source is tested', async ({ page, changeSettings }) => {
    await changeSettings({ url: DEAD_URL });
    await page.goto('/#/config');
    await page.getByRole('button', { name: 'Save & test' }).click();
    const outcome = page.getByTestId('data source test');
    await expect(outcome).toHaveAttribute('data-severity', 'error');
    await expect(outcome).toContainText(DEAD_ADDRESS);
  });
});

test('finds the presets whose metrics are there, and adds their SLOs', async ({ page }) => {
  await page.goto('/#/config');
  await page.getByTestId(ids.presets).click();
  const preset = page.locator('[data-preset="go-http"]');
  await expect(preset).toContainText('99.9% over 30d: HTTP requests that were answered without a 5xx');
  // The demo's cluster has the exporters of all 51 presets. A real one may not have been scraped yet.
  await expect.poll(() => page.getByTestId(ids.preset).count()).toBeGreaterThanOrEqual(50);
  await preset.getByTestId(ids.presetSuggest).click();
  await expect(preset).toContainText(/Suggested: \d+ of \d+ groups have kept/);
  await page.screenshot({ path: 'test-results/presets-dark.png' });
  expect(await violations(page, '[role="dialog"]')).toEqual([]);

  await preset.getByTestId(ids.presetSLO).first().locator('label').first().click();
  await page.getByTestId(ids.presetsTake).click();
  await expect(page.getByTestId(ids.slo)).toHaveCount(3);
  await expect(page.getByRole('row', { name: /^http-availability 9/ })).toBeVisible();
  await expect(page.getByTestId(ids.problem)).toHaveCount(0);
});
