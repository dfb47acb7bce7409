import { expect, test } from '@grafana/plugin-e2e';

import { testIds } from '../../src/testIds';
import { burnline } from './provisioned';

const ids = testIds.queryEditor;

test('an annotation tells of alerts of the severities that are chosen', async ({ annotationEditPage, page }) => {
  await annotationEditPage.datasource.set(burnline.name);
  await expect(page.getByTestId(ids.explanation)).toContainText('What happened over the time range');
  await page.getByTestId(ids.queryType).click();
  await expect(page.getByRole('option')).toHaveCount(1);
  await page.keyboard.press('Escape');

  await page.getByTestId(ids.annotations).click();
  await page.getByRole('option', { name: /^Alerts/ }).click();
  await page.keyboard.press('Tab');
  await page.getByTestId(ids.severities).click();
  await page.getByRole('option', { name: /^page/ }).click();
  await page.keyboard.press('Tab');
  const answer = await annotationEditPage.runQuery();
  expect(answer.ok()).toBe(true);
  expect(answer.request().postDataJSON().queries[0]).toMatchObject({
    queryType: 'annotations',
    annotations: ['firing'],
    severities: ['page'],
  });
  await expect(page.getByText(/^1 events \(from \d+ fields\)$/)).toBeVisible();
  await expect(page.getByRole('cell', { name: 'page fires' })).toBeVisible();
});

test('a dashboard draws what happened over its panels', async ({ page }) => {
  const datasource = { type: burnline.type, uid: burnline.uid };
  const title = `Annotated ${Date.now()}`;
  const answer = await page.request.post('/api/dashboards/db', {
    data: {
      dashboard: {
        title,
        time: { from: 'now-6h', to: 'now' },
        annotations: {
          list: [{ name: 'Burnline', enable: true, iconColor: 'red', datasource, target: { refId: 'Anno' } }],
        },
        panels: [
          {
            ...{ id: 1, type: 'timeseries', title: 'Budget', datasource, gridPos: { x: 0, y: 0, w: 24, h: 16 } },
            targets: [{ refId: 'A', datasource, queryType: 'timeseries', slos: ['availability'], metrics: ['budget'] }],
          },
        ],
      },
    },
  });
  expect(answer.status(), await answer.text()).toBe(200);
  const dashboard: { uid: string; url: string } = await answer.json();
  await page.goto(dashboard.url);
  const marks = page.getByTestId('data-testid annotation-marker');
  // The slow burn of recommendations, the fast one of checkout, which is one of the slow kind too before long.
  await expect(marks.nth(1)).toBeVisible();
  await marks.first().hover();
  await expect(page.getByText(/(page|slack) fires/).first()).toBeVisible();
  await page.request.delete(`/api/dashboards/uid/${dashboard.uid}`);
});
