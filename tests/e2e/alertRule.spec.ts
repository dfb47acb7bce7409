import type { Page } from '@playwright/test';

import { testIds } from '../../src/testIds';
import { deleteGroup, firing, ruleNamed, saveRule } from './alertRule';
import { expect, test } from './fixtures';
import { burnline } from './provisioned';

const ids = testIds.queryEditor;

/** Rules are evaluated every ten seconds. */
const evaluated = { timeout: 120_000 };

test('a new rule asks for the alerts of every SLO, and fires for those that fire', async ({
  alertRuleEditPage,
  page,
}) => {
  const name = `Fast or slow burn ${Date.now()}`;
  const row = await alertRuleEditPage.getQueryRow();
  await row.datasource.set(burnline.name);
  await expect(page.getByTestId(ids.explanation)).toContainText('One value for each SLO, group and severity');
  await expect(page.getByTestId(ids.alertValue)).toHaveValue('Firing');
  await expect(alertRuleEditPage.evaluate()).toBeOK();
  // One series for each of two SLOs, twelve workloads and two severities.
  await expect(page.getByText('1 - 20 of 48').first()).toBeVisible();

  await saveRule(page, { name, group: name });
  const fired = async () => firing(await ruleNamed(page.request, name), 'workload');
  await expect.poll(fired, evaluated).toEqual(['checkout', 'recommendations']);
  expect((await ruleNamed(page.request, name))?.health).toBe('ok');
  await deleteGroup(page.request, name);
});

async function ruleFromPanel(page: Page, name: string) {
  await page.getByRole('heading', { name }).hover();
  await page.getByRole('button', { name: `Menu for panel ${name}` }).click();
  await page.getByRole('menuitem', { name: 'More...' }).hover();
  await page.getByRole('menuitem', { name: 'New alert rule' }).click();
}

test('a rule is made from a panel, fires as offered, and can be about the number that is chosen', async ({
  openDashboard,
  page,
}) => {
  const name = `Spent ${Date.now()}`;
  const datasource = { type: burnline.type, uid: burnline.uid };
  const target = { refId: 'A', datasource, queryType: 'summary', slos: ['availability'] };
  await openDashboard(name, { panels: [{ type: 'table', title: name, datasource, targets: [target] }] });

  await ruleFromPanel(page, name);
  await expect(page.getByTestId(ids.alertValue)).toHaveValue('Firing');
  await page.getByRole('button', { name: 'Preview alert rule condition' }).click();
  await expect(page.getByText('workload="checkout"').first()).toBeVisible();

  await page.getByTestId(ids.queryType).click();
  await page.getByRole('option', { name: /^Summary/ }).click();
  await expect(page.getByText('Select the value to alert on.')).toBeVisible();
  await page.getByTestId(ids.alertValue).click();
  await page.getByRole('option', { name: 'Error budget remaining' }).click();
  await page.getByRole('button', { name: 'Is above' }).click();
  await page
    .getByRole('menuitem', { name: 'Is below', exact: true })
    .or(page.getByText('Is below', { exact: true }))
    .first()
    .click();
  await page.getByRole('button', { name: 'Preview alert rule condition' }).click();
  await expect(page.getByText('workload="payments"').first()).toBeVisible();

  await saveRule(page, { name, group: name });
  // Workloads with an exhausted budget, of the demo's SLO on availability.
  const fired = async () => firing(await ruleNamed(page.request, name), 'workload');
  await expect.poll(fired, evaluated).toEqual(['payments']);
  await deleteGroup(page.request, name);
});
