import { Page } from '@playwright/test';

import { expect, panelRows, refresh, test } from './fixtures';
import { answerWithFleet } from './fleet';

/** The requests of the page to Grafana's server, as "POST /api/ds/query". */
function requests(page: Page): string[] {
  const sent: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith('/api/') && !pathname.startsWith('/api/demo/')) {
      sent.push(`${request.method()} ${pathname}`);
    }
  });
  return sent;
}

const QUERY = 'POST /api/ds/query';

test('the URL has the filter, the order and opened rows, and a reload restores them', async ({ page }) => {
  await page.goto('/');
  const rows = await panelRows(page);
  await page.getByRole('textbox', { name: 'Filter the workloads' }).fill('shop');
  await page.getByRole('columnheader', { name: 'Error budget' }).getByRole('button').click();
  await page
    .getByRole('button', { name: /^Burndown of/ })
    .first()
    .click();
  await expect(page).toHaveURL(/burnline-1-filter=shop/);
  await expect(page).toHaveURL(/burnline-1-sort=budget/);
  await expect(page).toHaveURL(/burnline-1-open=/);
  const names = await rows.getByRole('rowheader').allInnerTexts();

  await page.reload();
  await panelRows(page);
  await expect(page.getByRole('textbox', { name: 'Filter the workloads' })).toHaveValue('shop');
  await expect(page.getByRole('columnheader', { name: 'Error budget' })).toHaveAttribute('aria-sort', 'ascending');
  await expect(page.getByTestId('burn-down')).toBeVisible();
  expect(await rows.getByRole('rowheader').allInnerTexts()).toEqual(names);
});

test('the first request of a dashboard is its query', async ({ page }) => {
  const sent = requests(page);
  await page.goto('/');
  await panelRows(page);
  expect(sent[0]).toBe(QUERY);
  expect(sent.filter((request) => request.includes('/resources/'))).toEqual([]);
});

test('a viewer without rights sees no link to Explore or alerting', async ({ page }) => {
  const open = async (address: string) => {
    await page.goto(address);
    await panelRows(page);
    await page
      .getByRole('button', { name: /^Burndown of/ })
      .first()
      .click();
    await expect(page.getByTestId('burn-down')).toBeVisible();
  };
  await open('/');
  await expect(page.getByRole('link', { name: 'History' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Silence' })).toBeVisible();
  await open('/?rights=none');
  await expect(page.getByRole('link', { name: 'SLO in detail' })).toBeVisible();
  for (const name of ['History', 'Breakdown', 'Silence', 'Alert rule']) {
    await expect(page.getByRole('link', { name })).toHaveCount(0);
  }
});

test('a public dashboard sends its query only, and an opened row sends nothing', async ({ page }) => {
  await answerWithFleet(page, 30);
  const sent = requests(page);
  await page.goto('/?rights=public');
  await panelRows(page);
  await expect(page.getByTestId('summary')).toContainText('Public dashboard: rows without details');
  await page
    .getByRole('button', { name: /^Burndown of/ })
    .first()
    .click();
  await expect(page.getByText('A public dashboard shows no burndown.')).toBeVisible();
  await expect(page.getByRole('link')).toHaveCount(await page.locator('header').getByRole('link').count());
  const other = sent.filter((request) => !/^POST \/api\/public\/dashboards\/token\/panels\/\w+\/query$/.test(request));
  expect(sent.length).toBeGreaterThan(0);
  expect(other).toEqual([]);
});

test('rows of many SLOs appear while others are read, and the last answer is the whole', async ({ page }) => {
  const total = 300;
  const held: Array<() => void> = [];
  const parts: unknown[] = [];
  await answerWithFleet(page, total, {}, async ({ part }) => {
    parts.push(part);
    if (!part || part.from > 0) {
      await new Promise<void>((release) => held.push(release));
    }
  });
  const release = async () => {
    await expect.poll(() => held.length).toBe(1);
    held.pop()!();
  };
  await page.goto('/');
  const summary = page.getByTestId('summary');
  await expect(summary).toContainText(`So far 20 of ${total} SLOs`);
  await expect(summary).toContainText('20 workloads');
  await release();
  await expect(summary).toContainText(`So far 60 of ${total} SLOs`);
  await page.screenshot({ path: 'test-results/workloads-parts.png' });
  for (let part = 0; part < 3; part++) {
    await release();
  }
  await expect(summary).toContainText(`${total} workloads`);
  await expect(summary).not.toContainText('So far');
  expect(parts).toEqual([
    { from: 0, count: 20 },
    { from: 20, count: 40 },
    { from: 60, count: 80 },
    { from: 140, count: 160 },
    undefined,
  ]);

  await refresh(page);
  await release();
  await expect.poll(() => parts.length).toBe(6);
  expect(parts[5], 'the backend has the counts').toBeUndefined();
});

for (const width of [1280, 1920]) {
  test(`nothing is cut off at a width of ${width}`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    await page.goto('/');
    await panelRows(page);
    await page
      .getByRole('button', { name: /^Burndown of/ })
      .first()
      .click();
    await expect(page.getByTestId('burn-down')).toBeVisible();
    const cut = await page.getByRole('region', { name: 'Workloads table' }).evaluate((region) =>
      [...region.querySelectorAll<HTMLElement>('th, td, th *, td *')]
        .filter((element) => element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1)
        .filter((element) => !element.closest('[data-testid="burn-down"]'))
        .filter((element) => getComputedStyle(element).overflowX !== 'visible')
        .map((element) => element.textContent)
    );
    expect(cut).toEqual([]);
  });
}
