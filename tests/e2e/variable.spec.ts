import { testIds } from '../../src/testIds';
import { expect, test } from './fixtures';
import { burnline } from './provisioned';

const ids = testIds.variableEditor;

test('a variable lists the SLOs of the catalog', async ({ variableEditPage }) => {
  await variableEditPage.setVariableType('Query');
  await variableEditPage.datasource.set(burnline.name);
  await variableEditPage.runQuery();
  await expect(variableEditPage).toDisplayPreviews([...burnline.slos]);
});

test('a variable lists the values of a label', async ({ variableEditPage, page }) => {
  await variableEditPage.setVariableType('Query');
  await variableEditPage.datasource.set(burnline.name);
  await page.getByTestId(ids.type).click();
  await page.getByRole('option', { name: /^Label values/ }).click();
  await page.getByTestId(ids.label).click();
  await page.getByRole('option', { name: 'namespace', exact: true }).click();
  await variableEditPage.runQuery();
  await expect(variableEditPage).toDisplayPreviews(['batch', 'inference', 'platform', 'shop']);
});
