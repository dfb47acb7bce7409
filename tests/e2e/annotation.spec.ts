import { testIds } from '../../src/testIds';
import { expect, test } from './fixtures';
import { burnline } from './provisioned';

const ids = testIds.queryEditor;

test('an annotation tells of alerts of the severities that are chosen', async ({ annotationEditPage, page }) => {
  await annotationEditPage.datasource.set(burnline.name);
  await expect(page.getByTestId(ids.explanation)).toContainText('Alerts, spent budgets, exclusions and rollouts');
  await page.getByTestId(ids.queryType).click();
  await expect(page.getByRole('option')).toHaveCount(1);
  await page.keyboard.press('Escape');

  await page.getByTestId(ids.annotations).click();
  await page.getByRole('option', { name: /^Alerts/ }).click();
  await page.keyboard.press('Tab');
  await page.getByTestId(ids.root).getByText('Options', { exact: true }).click();
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

test('a dashboard draws what happened over its panels', async ({ openDashboard, page }) => {
  const datasource = { type: burnline.type, uid: burnline.uid };
  const target = { refId: 'A', datasource, queryType: 'timeseries', slos: ['availability'], metrics: ['budget'] };
  await openDashboard('Annotated', {
    time: { from: 'now-6h', to: 'now' },
    annotations: {
      list: [{ name: 'Burnline', enable: true, iconColor: 'red', datasource, target: { refId: 'Anno' } }],
    },
    panels: [{ type: 'timeseries', title: 'Budget', datasource, targets: [target] }],
  });
  const marks = page.getByTestId('data-testid annotation-marker');
  // The slow burn of recommendations, the fast one of checkout, which soon also fires the slow
  // alert.
  await expect(marks.nth(1)).toBeVisible();
  await marks.first().hover();
  await expect(page.getByText(/(page|slack) fires/).first()).toBeVisible();
});
