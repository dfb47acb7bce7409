import { testIds } from '../../src/testIds';
import { expect, test } from './fixtures';
import { burnline, prometheusUrl } from './provisioned';

const ids = testIds.configEditor;
const urlLabel = 'Data source connection URL';

test('Save & test finds a Prometheus server', async ({ createDataSourceConfigPage, page }) => {
  const config = await createDataSourceConfigPage({ type: burnline.type });
  await page.getByLabel(urlLabel).fill(await prometheusUrl(page.request));
  await expect(config.saveAndTest()).toBeOK();
  await expect(config).toHaveAlert('success', { hasText: 'answers queries' });
});

test.describe('a server that does not answer', () => {
  test.use({ expectedFailures: [/\/health$/] });

  test('Save & test says why', async ({ createDataSourceConfigPage, page }) => {
    const config = await createDataSourceConfigPage({ type: burnline.type });
    await page.getByLabel(urlLabel).fill('http://127.0.0.1:1');
    await expect(config.saveAndTest()).not.toBeOK();
    await expect(config).toHaveAlert('error', { hasText: 'connection refused' });
  });
});

test('the example catalog is right and is stored', async ({ createDataSourceConfigPage, page }) => {
  const config = await createDataSourceConfigPage({ type: burnline.type });
  await page.getByLabel(urlLabel).fill(await prometheusUrl(page.request));
  await page.getByTestId(ids.insertExample).click();
  await expect(page.getByTestId(ids.slo)).toHaveCount(2);
  await expect(page.getByTestId(ids.problem)).toHaveCount(0);

  await expect(config.saveAndTest()).toBeOK();
  await expect(config).toHaveAlert('success', { hasText: '2 SLOs in the catalog' });
  await page.reload();
  await expect(page.getByTestId(ids.slo)).toHaveCount(2);
});

test('a mistake in the catalog is shown with its place while it is written', async ({
  createDataSourceConfigPage,
  page,
}) => {
  await createDataSourceConfigPage({ type: burnline.type });
  const editor = page.getByTestId(ids.catalog).locator('.monaco-editor').first();
  await editor.click();
  await page.keyboard.insertText('slos: [{name: a, objective: 101, window: 30d}]');

  const objective = page.getByTestId(ids.problem).filter({ hasText: 'slos[0].objective' });
  await expect(objective).toContainText('1:29');
  await expect(objective).toContainText('101');
  await objective.click();
  await expect(editor.locator('textarea, .native-edit-context').first()).toBeFocused();
});

test('the provisioned catalog is found without a problem', async ({ gotoDataSourceConfigPage, page }) => {
  await gotoDataSourceConfigPage(burnline.uid);
  await expect(page.getByTestId(ids.slo)).toHaveCount(burnline.slos.length);
  await expect(page.getByTestId(ids.problem)).toHaveCount(0);
});
