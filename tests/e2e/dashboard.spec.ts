import { expect, test } from '@grafana/plugin-e2e';

import { burnline } from './provisioned';

test('the provisioned dashboard shows every workload of the demo', async ({ gotoDashboardPage, page }) => {
  await gotoDashboardPage({ uid: burnline.dashboardUid });
  const rows = page.getByTestId('workload');
  await expect(rows).toHaveCount(burnline.workloads);
  await expect(rows.first()).toContainText('%');
});
