import type { Page } from '@playwright/test';

import { testIds } from '../../src/testIds';
import { answerDuring } from './answers';
import { expect, panelRows, test } from './fixtures';

// "go tool mage pictures" takes the pictures of docs/ and of Grafana's catalog. Those in the other
// theme are only for inspection.

const query = testIds.queryEditor;
const config = testIds.configEditor;

async function choose(page: Page, testId: string, option: RegExp | string) {
  await page.getByTestId(testId).click();
  await page.getByRole('option', { name: option }).first().click();
}

for (const theme of ['dark', 'light'] as const) {
  const picture = async (page: Page, path: string, size: { width: number; height: number }) => {
    await page.setViewportSize(size);
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.mouse.move(0, 0);
    const folder = theme === 'dark' ? '.' : 'test-results/light';
    await page.getByRole('main').screenshot({ path: `${folder}/${path}`, animations: 'disabled' });
  };
  const open = async (page: Page, route: string, from = 'now-1h') => {
    await page.setViewportSize({ width: 1200, height: 900 });
    await page.goto(`/?theme=${theme}&from=${from}#/${route}`);
  };

  test(`the workloads, ${theme}`, async ({ page }) => {
    await open(page, 'workloads');
    await panelRows(page);
    await picture(page, 'src/panel/img/screenshot-workloads.png', { width: 1200, height: 700 });
    await page.getByRole('button', { name: 'Burndown of checkout' }).click();
    await expect(page.getByTestId('burn-down').locator('canvas')).toBeVisible();
    await expect(page.getByTestId('changes')).not.toContainText('Loading');
    await picture(page, 'src/panel/img/screenshot-burndown.png', { width: 1200, height: 660 });
  });

  for (const [type, file, height, act] of [
    ['Time series', 'timeseries', 860, async () => {}],
    ['History', 'history', 760, async () => {}],
    ['Compare objectives', 'whatif', 800, (page: Page) => choose(page, query.objectives, '99.5%')],
    ['Breakdown', 'burners', 800, (page: Page) => choose(page, query.burnersBy, 'code')],
    ['Alert policy backtest', 'backtest', 760, async () => {}],
  ] as const) {
    test(`the query type ${type}, ${theme}`, async ({ page }) => {
      await open(page, 'query', 'now-30d');
      await panelRows(page);
      await choose(page, query.queryType, new RegExp(`^${type}`));
      await act(page);
      await choose(page, query.slos, 'availability');
      await page.keyboard.press('Tab');
      const run = page.getByRole('button', { name: 'Run query' });
      const refresh = page.getByRole('button', { name: 'Refresh', exact: true });
      await answerDuring(page, () => run.or(refresh).first().click());
      await picture(page, `docs/img/query-${file}.png`, { width: 1200, height });
    });
  }

  test(`an SLO written in the query, ${theme}`, async ({ page }) => {
    await open(page, 'query');
    await panelRows(page);
    await page.getByTestId(query.source).getByRole('radio', { name: 'This query' }).check();
    await page.getByTestId(query.name).fill('checkout-answers');
    for (const [field, text] of [
      [query.total, 'http_requests_total{workload="checkout"}'],
      [query.counted, 'http_requests_total{workload="checkout",code=~"5.."}'],
    ]) {
      await page.getByTestId(`${field}-mode`).click();
      await page.getByTestId(field).fill(text);
      await page.getByTestId(field).blur();
    }
    await expect(page.getByTestId('workload')).toHaveCount(1);
    await picture(page, 'docs/img/query-inline.png', { width: 1200, height: 1000 });
  });

  test(`an alert rule, an annotation and a variable, ${theme}`, async ({ page }) => {
    await open(page, 'alert');
    await expect(page.getByTestId('instances')).toHaveText(/^48 /);
    await picture(page, 'docs/img/alert-rule.png', { width: 1200, height: 683 });
    await open(page, 'annotation', 'now-2d');
    await expect(
      page
        .getByTestId('frames')
        .getByText(/ fires$/)
        .first()
    ).toBeVisible();
    await picture(page, 'docs/img/annotation.png', { width: 1200, height: 640 });
  });

  test(`the settings, ${theme}`, async ({ page }) => {
    await open(page, 'config');
    await expect(page.getByTestId(config.slo)).toHaveCount(2);
    await page.getByTestId(config.catalog).scrollIntoViewIfNeeded();
    await picture(page, 'src/img/screenshot-catalog.png', { width: 1200, height: 800 });
    await page.getByTestId(config.presets).click();
    await expect(page.locator('[data-preset="go-http"]')).toBeVisible();
    await picture(page, 'docs/img/presets.png', { width: 1200, height: 760 });
  });

  test(`a dashboard, ${theme}`, async ({ page }) => {
    await open(page, 'dashboards');
    await page.getByRole('button', { name: 'Import Burnline: Fleet overview' }).click();
    await expect(page.locator('[data-testid="panel"]:not([data-rows="0"])')).toHaveCount(7);
    await picture(page, 'src/img/screenshot-fleet.png', { width: 1200, height: 760 });
  });
}
