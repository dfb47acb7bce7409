import { expect, test } from './fixtures';
import { burnline } from './provisioned';

test('a panel asks for what the variables and the ad hoc filters of its dashboard choose', async ({
  openDashboard,
  page,
}) => {
  const datasource = { type: burnline.type, uid: burnline.uid };
  const slo = { name: 'slo', type: 'query', datasource, query: { refId: 'variable', variable: 'slos' }, refresh: 1 };
  const adHoc = { name: 'filters', type: 'adhoc', datasource, filters: [] };
  const target = { refId: 'A', datasource, queryType: 'summary', slos: ['$slo'] };
  const panels = [{ type: 'table', title: 'Chosen', datasource, targets: [target] }];
  await openDashboard('Chosen', { templating: { list: [slo, adHoc] }, panels }, '?var-slo=latency');
  await expect(page.getByText('checkout', { exact: true })).toBeVisible();

  await page.getByRole('combobox', { name: 'Filter by label values' }).click();
  await page.getByRole('option', { name: 'namespace', exact: true }).click();
  await page.getByRole('option', { name: '= Equals', exact: true }).click();
  const requested = page.waitForRequest((request) => {
    const filters = request.url().includes('/api/ds/query') && request.postDataJSON().queries[0].filters;
    return filters && filters.length > 0;
  });
  await page.getByRole('option', { name: 'inference', exact: true }).click();
  expect((await requested).postDataJSON().queries[0]).toMatchObject({
    slos: ['latency'],
    filters: [{ label: 'namespace', op: '=', value: 'inference' }],
  });
  await expect(page.getByText('embeddings', { exact: true })).toBeVisible();
  await expect(page.getByText('checkout', { exact: true })).toHaveCount(0);
});
