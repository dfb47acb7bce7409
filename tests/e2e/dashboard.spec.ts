import { expect, test } from './fixtures';
import { burnline } from './provisioned';

test('the provisioned dashboard shows every workload of the demo', async ({ gotoDashboardPage, page }) => {
  const requested = page.waitForResponse(
    (response) =>
      response.url().includes('/api/ds/query') &&
      response.request().postDataJSON().queries[0].datasource.uid === burnline.uid
  );
  await gotoDashboardPage({ uid: burnline.dashboardUid });
  const answer = await requested;
  expect(answer.ok(), await answer.text()).toBe(true);
  const rows = page.getByTestId('workload');
  await expect(rows).toHaveCount(burnline.rows);
  await expect(rows.first()).toContainText('%');
});
