import { expect, test as base } from '@grafana/plugin-e2e';
import type { Page } from '@playwright/test';

export interface Fixtures {
  /** Addresses of requests whose failure a test provokes; any other failure and any error in the console fails the test. */
  expectedFailures: RegExp[];
  faultless: void;
  /** Stores a dashboard and goes there; it is deleted after the test. Its panels get the whole width. */
  openDashboard: (title: string, dashboard: Dashboard, search?: string) => Promise<void>;
}

interface Dashboard {
  panels: object[];
  [property: string]: unknown;
}

export const test = base.extend<Fixtures>({
  expectedFailures: [[], { option: true }],

  faultless: [
    async ({ page, expectedFailures }, use) => {
      const faults = faultsOf(page, expectedFailures);
      await use();
      expect(faults, 'errors in the console and failed requests').toEqual([]);
    },
    { auto: true },
  ],

  openDashboard: async ({ page }, use) => {
    const made: string[] = [];
    await use(async (title, { panels, ...rest }, search = '') => {
      const placed = panels.map((panel, y) => ({ id: y + 1, gridPos: { x: 0, y: 16 * y, w: 24, h: 16 }, ...panel }));
      const answer = await page.request.post('/api/dashboards/db', {
        data: { dashboard: { title: `${title} ${Date.now()}`, panels: placed, ...rest } },
      });
      expect(answer.status(), await answer.text()).toBe(200);
      const { uid, url }: { uid: string; url: string } = await answer.json();
      made.push(uid);
      await page.goto(url + search);
    });
    for (const uid of made) {
      await page.request.delete(`/api/dashboards/uid/${uid}`);
    }
  },
});

export { expect };

/** What goes wrong in a page from now on. */
export function faultsOf(page: Page, expectedFailures: RegExp[] = []): string[] {
  const faults: string[] = [];
  page.on('response', (response) => {
    const url = response.url();
    if (response.status() >= 400 && !expectedFailures.some((pattern) => pattern.test(url))) {
      faults.push(`${response.status()} ${response.request().method()} ${url}`);
    }
  });
  page.on('pageerror', (error) => faults.push(String(error.stack)));
  page.on('console', (message) => {
    // The browser tells here of failed requests too, which are known from above.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      faults.push(message.text());
    }
  });
  return faults;
}
