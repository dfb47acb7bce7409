import type { PanelEditPage } from '@grafana/plugin-e2e';
import type { Page } from '@playwright/test';

import { testIds } from '../../src/testIds';
import { expect, test } from './fixtures';
import { burnline } from './provisioned';

const ids = testIds.queryEditor;

test('a new panel draws budgets over time, and a summary has a row per SLO and workload', async ({
  panelEditPage,
  page,
}) => {
  const drawn = answerTo(page, { queryType: 'timeseries', datasource: { uid: burnline.uid } });
  await panelEditPage.datasource.set(burnline.name);
  expect((await drawn).ok()).toBe(true);
  await panelEditPage.toggleTableView();
  const answered = answerTo(page, { queryType: 'summary' });
  const row = await choose(panelEditPage, page, /^Summary/);
  expect((await answered).ok()).toBe(true);
  await expect(row.getByTestId(ids.explanation)).toContainText('One row for each SLO and group');
  await expect(panelEditPage.panel.data.first()).toBeVisible();
  await expect(panelEditPage.panel.fieldNames).toContainText(['SLO', 'namespace', 'workload', 'State']);
});

async function choose(panelEditPage: PanelEditPage, page: Page, type: RegExp) {
  const row = panelEditPage.getQueryEditorRow('A');
  await row.getByTestId(ids.queryType).click();
  await page.getByRole('option', { name: type }).click();
  return row;
}

test('an SLO is chosen by name and grouped by another label', async ({ panelEditPage, page }) => {
  await panelEditPage.datasource.set(burnline.name);
  await panelEditPage.toggleTableView();
  const row = await choose(panelEditPage, page, /^Summary/);
  await row.getByTestId(ids.slos).click();
  await page.getByRole('option', { name: 'availability' }).click();
  await page.keyboard.press('Tab');

  await row.getByTestId(ids.grouping).getByRole('radio', { name: 'Custom' }).check();
  await row.getByTestId(ids.groupBy).fill('namespace');
  // The SLO's own labels are selected. This deselects one of them.
  const answered = answerTo(page, { slos: ['availability'], groupBy: ['workload'] });
  await page.getByRole('option', { name: 'namespace', exact: true }).click();
  expect((await answered).ok()).toBe(true);
  await expect(panelEditPage.panel.fieldNames).toContainText(['SLO', 'workload', 'State']);
});

test.describe('an SLO written in the query', () => {
  test.use({ expectedFailures: [/\/api\/ds\/query/] }); // it sends a query before it is complete

  test('runs, and its mistakes are shown at the field', async ({ panelEditPage, page }) => {
    await panelEditPage.datasource.set(burnline.name);
    await panelEditPage.toggleTableView();
    const row = panelEditPage.getQueryEditorRow('A');
    await row.getByTestId(ids.source).getByRole('radio', { name: 'This query' }).check();
    await row.getByTestId(`${ids.total}-mode`).click();
    await row.getByTestId(ids.total).fill('rate(http_requests_total[5m])');
    await row.getByTestId(`${ids.counted}-mode`).click();
    await row.getByTestId(ids.counted).fill('http_requests_total{code=~"5.."}');
    await expect(row.getByRole('alert').first()).toContainText('calls rate()');

    await row.getByTestId(ids.total).fill('http_requests_total');
    await expect(row.getByRole('alert')).toHaveCount(0);
    const answered = answerTo(page, { inline: { sli: { events: { total: 'http_requests_total' } } } });
    await page.keyboard.press('Tab');
    expect((await answered).ok()).toBe(true);
    await expect(panelEditPage.panel.data.first()).toBeVisible();
  });
});

test('a filter by a variable of the dashboard counts the series of its value', async ({ openDashboard, page }) => {
  const datasource = { type: burnline.type, uid: burnline.uid };
  const current = { text: 'inference', value: 'inference' };
  const namespace = { name: 'ns', type: 'custom', query: 'inference,shop', current };
  const target = { refId: 'A', datasource, queryType: 'summary', slos: ['availability'] };
  const panels = [{ type: 'table', title: 'Filtered', datasource, targets: [target] }];
  await openDashboard('Filtered', { templating: { list: [namespace] }, panels }, '?editPanel=1');
  await expect(page.getByText('checkout', { exact: true })).toBeVisible();

  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByTestId(`${ids.filters}-label`).click();
  await page.getByRole('option', { name: 'namespace', exact: true }).click();
  const answered = answerTo(page, { filters: [{ label: 'namespace', op: '=', value: 'inference' }] });
  await page.getByTestId(`${ids.filters}-value`).click();
  await page.getByRole('option', { name: /^\$\{ns\}/ }).click();
  expect((await answered).ok()).toBe(true);
  await expect(page.getByText('embeddings', { exact: true })).toBeVisible();
  await expect(page.getByText('checkout', { exact: true })).toHaveCount(0);
});

test('the budget over time is drawn in Explore', async ({ explorePage, page }) => {
  await explorePage.datasource.set(burnline.name);
  const row = explorePage.getQueryEditorRow('A');
  await row.getByTestId(ids.queryType).click();
  await page.getByRole('option', { name: /^Time series/ }).click();
  await row.getByTestId(ids.slos).click();
  const answered = answerTo(page, { queryType: 'timeseries', slos: ['availability'] });
  await page.getByRole('option', { name: 'availability' }).click();
  expect((await answered).ok()).toBe(true);
  await expect(explorePage.timeSeriesPanel.locator).toBeVisible();
});

const queryTypes = [
  { type: 'History', queryType: 'history' },
  { type: 'Compare objectives', queryType: 'whatif', option: [ids.objectives, '99.5%'] },
  { type: 'Breakdown', queryType: 'burners', option: [ids.burnersBy, 'code'], run: true },
  { type: 'Alert policy backtest', queryType: 'backtest', run: true },
  { type: 'Workloads', queryType: 'workloads' },
  { type: 'Alerts', queryType: 'alerts' },
  { type: 'Annotations', queryType: 'annotations' },
  { type: 'Resources', queryType: 'resources' },
] as const;

test('every query type is chosen and answers', async ({ panelEditPage, page }) => {
  await panelEditPage.datasource.set(burnline.name);
  await panelEditPage.toggleTableView();
  const row = panelEditPage.getQueryEditorRow('A');
  for (const { type, queryType, ...more } of queryTypes) {
    await test.step(type, async () => {
      const answered = answerTo(page, { queryType });
      await row.getByTestId(ids.queryType).click();
      await page.getByRole('option', { name: new RegExp(`^${type}`) }).click();
      if ('option' in more) {
        await row.getByTestId(more.option[0]).click();
        await page.getByRole('option', { name: more.option[1], exact: true }).click();
      }
      if ('run' in more) {
        await page.keyboard.press('Tab');
        await row.getByTestId(ids.run).click();
      }
      expect((await answered).ok()).toBe(true);
      await expect(panelEditPage.panel.data.first()).toBeVisible();
    });
  }
});

test('Explore starts with every SLO, worst first, and leads to PromQL and to the history of a row', async ({
  explorePage,
  page,
}) => {
  const answered = answerTo(page, { queryType: 'summary', datasource: { uid: burnline.uid } });
  await explorePage.datasource.set(burnline.name);
  const body = await (await answered).json();
  const { schema, data } = body.results.A.frames[0];
  const states = data.values[schema.fields.findIndex((field: { name: string }) => field.name === 'state')];
  expect(states).toHaveLength(24);
  expect(states[0]).toBeGreaterThan(0);

  await page.getByText('Generated PromQL').click();
  const link = page.getByRole('link', { name: 'Open in Explore' }).first();
  await expect(link).toHaveAttribute('href', /explore\?.*increase%28http_requests_total/);

  const table = page.getByRole('grid').or(page.getByRole('table'));
  await table.getByText('availability', { exact: true }).first().click();
  const history = answerTo(page, { queryType: 'history', slos: ['availability'] });
  await page.getByRole('button', { name: 'History', exact: true }).click();
  expect((await history).ok()).toBe(true);
});

/** The answer to a query with at least these properties; the editor runs a cheap query by itself after every change. */
function answerTo(page: Page, properties: Record<string, unknown>) {
  return page.waitForResponse((response) => {
    if (!response.url().includes('/api/ds/query')) {
      return false;
    }
    try {
      expect(response.request().postDataJSON().queries[0]).toMatchObject(properties);
      return true;
    } catch {
      return false;
    }
  });
}
