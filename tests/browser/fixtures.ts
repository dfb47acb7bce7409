import AxeBuilder from '@axe-core/playwright';
import { Locator, Page, test as base, expect } from '@playwright/test';

/** The settings of the page's data source. */
export interface Settings {
  url: string;
  jsonData: { catalog?: string } & Record<string, unknown>;
}

interface Fixtures {
  /**
   * Requests that are expected to fail. Any other failed request or console error fails the test.
   */
  expectedFailures: RegExp[];
  faultless: void;
  /** Saves changed settings. They are restored after the test. */
  changeSettings: (change: Partial<Settings>) => Promise<void>;
}

export const test = base.extend<Fixtures>({
  expectedFailures: [[], { option: true }],

  faultless: [
    async ({ page, expectedFailures }, use) => {
      const faults: string[] = [];
      const expected = (url: string) => expectedFailures.some((pattern) => pattern.test(url));
      page.on('response', (response) => {
        if (response.status() >= 400 && !expected(response.url())) {
          faults.push(`${response.status()} ${response.url()}`);
        }
      });
      page.on('requestfailed', (request) => {
        // Leaving a page cancels its requests.
        if (request.failure()?.errorText !== 'net::ERR_ABORTED') {
          faults.push(`${request.failure()?.errorText} ${request.url()}`);
        }
      });
      page.on('pageerror', (error) => faults.push(String(error.stack)));
      page.on('console', (message) => {
        if (message.type() === 'error' && !expected(message.location().url)) {
          faults.push(message.text());
        }
      });
      await use();
      expect(faults, 'errors in the console and failed requests').toEqual([]);
    },
    { auto: true },
  ],

  changeSettings: async ({ request }, use) => {
    const saved: Settings = await (await request.get('/api/demo/settings')).json();
    const put = async ({ url, jsonData }: Settings) => {
      const answer = await request.put('/api/demo/settings', { data: { url, jsonData } });
      expect(answer.status()).toBe(200);
    };
    await use((change) => put({ ...saved, ...change }));
    await put(saved);
  },
});

export { expect };

/** An address without a server: the discard port of this machine. */
export const DEAD_ADDRESS = '127.0.0.1:9';
export const DEAD_URL = `http://${DEAD_ADDRESS}`;

/** The rows of the page's panel, once there are any. */
export async function panelRows(page: Page) {
  const rows = page.getByTestId('workload');
  await expect(rows.first()).toBeVisible();
  return rows;
}

export async function refresh(page: Page) {
  await page.getByRole('button', { name: 'Refresh', exact: true }).click();
}

/** The field with this label. Comboboxes of Grafana 11 have no test ids. */
export function combobox(page: Page, name: string): Locator {
  return page.getByRole('combobox', { name, exact: true });
}

/** The field of several values with this label. Those of Grafana 11 have no names either. */
export function multiCombobox(page: Page, label: string): Locator {
  const field = page.locator('div').filter({ has: page.getByText(label, { exact: true }) });
  return field
    .filter({ has: page.getByRole('combobox') })
    .last()
    .getByRole('combobox');
}

/** Selects the first option with this name in a combobox, or in the one with this label. */
export async function choose(page: Page, field: Locator | string, option: RegExp | string) {
  await (typeof field === 'string' ? combobox(page, field) : field).click();
  await page.getByRole('option', { name: option }).first().click();
}

/** The accessibility violations that axe finds in a part of the page, without those of Grafana's own components. */
export async function violations(page: Page, selector: string): Promise<string[]> {
  const axe = new AxeBuilder({ page }).include(selector).exclude('.monaco-editor');
  if (process.env.PAGE_GRAFANA === '11') {
    axe.exclude('[id^="downshift"][id$="toggle-button"]'); // the arrow of a combobox
    axe.exclude('input[id^="downshift"]'); // a field of several values, which takes no label
  }
  const { violations } = await axe.analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.failureSummary} ${node.html}`));
}
