import { expect } from '@grafana/plugin-e2e';
import type { Locator } from '@playwright/test';

import { testIds } from '../../src/testIds';
import { test } from './emptyGrafana';
import { burnline, prometheusUrl } from './provisioned';

const ids = testIds.configEditor;

// The steps of docs/start.md. UPDATE_DOCS=1 takes its pictures.
for (const theme of ['dark', 'light'] as const) {
  test(`five clicks lead from an empty Grafana to the first budget, ${theme}`, async ({ empty: { page }, request }) => {
    const url = await prometheusUrl(request);
    await page.goto(`/?theme=${theme}`);
    const start = Date.now();
    let clicks = 0;
    const click = async (target: Locator) => {
      await target.click();
      clicks++;
    };
    const picture = async (step: string) => {
      const folder = process.env.UPDATE_DOCS ? 'docs/img' : 'test-results/docs';
      await page.screenshot({ path: `${folder}/quickstart-${step}-${theme}.png`, animations: 'disabled' });
    };

    await click(page.getByRole('link', { name: /Add your first data source/ }));
    await page.getByPlaceholder(/Filter by name or type/).fill('burn');
    await expect(page.getByRole('button', { name: /Burnline/ })).toBeVisible();
    await picture('1');
    await click(page.getByRole('button', { name: /Burnline/ }));
    await page.getByLabel('Data source connection URL').fill(url);
    await click(page.getByTestId(ids.insertExample));
    await expect(page.getByTestId(ids.slo)).toHaveCount(2);
    await picture('2');
    await click(page.getByRole('button', { name: 'Save & test' }));
    const next = page.getByText('Explore view').last();
    await expect(next).toBeVisible();
    await next.scrollIntoViewIfNeeded();
    await picture('3');
    await click(next);
    const table = page.getByRole('grid').or(page.getByRole('table'));
    await expect(table.getByText('checkout').first()).toBeVisible();
    const budget = table.getByText(/^-?\d+(\.\d+)?%$/).first();
    await expect(budget).toBeVisible();
    await picture('4');
    console.log(`The first budget after ${((Date.now() - start) / 1000).toFixed(0)} s and ${clicks} clicks.`);
    expect(clicks).toBe(5);
  });
}

test('the Dashboards tab of a new data source imports a dashboard, which shows its data', async ({
  empty: { page },
  request,
}) => {
  const url = await prometheusUrl(request);
  const catalog = (await (await request.get(`/api/datasources/uid/${burnline.uid}`)).json()).jsonData.catalog;
  const made = await page.request.post('/api/datasources', {
    data: { name: 'Mine', type: burnline.type, url, access: 'proxy', jsonData: { catalog } },
  });
  expect(made.status(), await made.text()).toBe(200);
  await page.goto(`/connections/datasources/edit/${(await made.json()).datasource.uid}/dashboards`);
  for (const title of ['Burnline: Fleet overview', 'Burnline: SLO in detail', 'Burnline: Monthly report']) {
    const row = page.getByRole('row', { name: title });
    await row.getByRole('button', { name: 'Import', exact: true }).click();
    // Now it can be imported again, or deleted.
    await expect(row.getByRole('button', { name: /Re-import/ })).toBeVisible();
  }
  await page.getByRole('link', { name: 'Burnline: Fleet overview' }).click();
  await expect(page.getByText('Mine', { exact: true }).first()).toBeVisible();
  await expect(page.getByTestId('workload')).toHaveCount(burnline.rows);
  await expect(page.getByTestId('data-testid Panel status error')).toHaveCount(0);
});
