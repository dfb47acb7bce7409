import { expect } from '@grafana/plugin-e2e';
import type { APIRequestContext, Page } from '@playwright/test';

/** Fills in the rest of the form of a rule, after its query and condition, and saves it. */
export async function saveRule(page: Page, rule: { name: string; group: string }) {
  await page.getByRole('textbox', { name: 'name', exact: true }).fill(rule.name);
  await page.getByRole('button', { name: 'Select folder' }).click();
  await page
    .getByRole('option', { name: 'Burnline', exact: true })
    .or(page.getByLabel('Burnline', { exact: true }))
    .first()
    .click();
  await page.getByRole('button', { name: 'New evaluation group' }).click();
  const dialog = page.getByRole('dialog', { name: 'New evaluation group' });
  await dialog.getByPlaceholder('Enter a name').fill(rule.group);
  await dialog.getByRole('option', { name: '10s', exact: true }).click();
  await dialog.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('option', { name: 'None', exact: true }).first().click(); // the pending period
  const contact = page.getByRole('group', { name: /Configure notifications/ }).getByRole('combobox');
  await contact.click();
  await page.getByRole('option', { name: /^burnline-slack/ }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).first().click();
  await expect(page.getByText('Rule added successfully').or(page.getByText('Alert rule added')).first()).toBeVisible();
}

interface Rule {
  name: string;
  health: string;
  lastError?: string;
  alerts?: Array<{ state: string; labels: Record<string, string> }>;
}

interface Groups {
  data: { groups: Array<{ name: string; rules: Rule[] }> };
}

/** The rule of this name in Grafana. */
export async function ruleNamed(request: APIRequestContext, name: string): Promise<Rule | undefined> {
  const answer = await request.get('/api/prometheus/grafana/api/v1/rules');
  const { data }: Groups = await answer.json();
  return data.groups.flatMap(({ rules }) => rules).find((rule) => rule.name === name);
}

/** The distinct values of a label of its firing alerts, sorted. */
export function firing(rule: Rule | undefined, label: string): string[] {
  const alerts = (rule?.alerts ?? []).filter(({ state }) => state === 'Alerting');
  return [...new Set(alerts.map(({ labels }) => labels[label]))].sort();
}

/** Deletes the rules of an evaluation group in the folder of the tests. */
export async function deleteGroup(request: APIRequestContext, group: string) {
  const answer = await request.get('/api/v1/provisioning/alert-rules');
  const rules: Array<{ uid: string; ruleGroup: string }> = await answer.json();
  for (const { uid } of rules.filter(({ ruleGroup }) => ruleGroup === group)) {
    await request.delete(`/api/v1/provisioning/alert-rules/${uid}`);
  }
}
