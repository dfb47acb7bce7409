import { expect, test as base } from '@grafana/plugin-e2e';
import type { Page } from '@playwright/test';

export interface Fixtures {
  /**
   * URLs of requests that are expected to fail. Any other failed request or console error fails the
   * test.
   */
  expectedFailures: RegExp[];
  faultless: void;
  /** Stores and opens a dashboard. It is deleted after the test. Its panels have the full width. */
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

  // Grafana rotates session tokens after ten minutes, and a run can take longer: every test has its
  // own session.
  storageState: async ({ playwright, baseURL, user }, use) => {
    const request = await playwright.request.newContext({ baseURL });
    const answer = await request.post('/login', { data: user });
    expect(answer.status(), await answer.text()).toBe(200);
    await use(await request.storageState());
    await request.dispose();
  },

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

/**
 * Requests to the plugin. Grafana's own requests may fail, such as those to its catalog without
 * internet access.
 */
const OURS = /\/api\/ds\/query|\/api\/datasources\/.+\/(resources|health)|\/public\/plugins\/burnline-/;
const NOT_OURS = /^Failed to (load resource|fetch plugins from catalog|initialize OpenFeature provider)/;

/** Collects errors of a page from now on. */
export function faultsOf(page: Page, expectedFailures: RegExp[] = []): string[] {
  const faults: string[] = [];
  page.on('response', (response) => {
    const url = response.url();
    if (response.status() >= 400 && OURS.test(url) && !expectedFailures.some((pattern) => pattern.test(url))) {
      faults.push(`${response.status()} ${response.request().method()} ${url}`);
    }
  });
  page.on('pageerror', (error) => faults.push(String(error.stack)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !NOT_OURS.test(message.text())) {
      faults.push(message.text());
    }
  });
  return faults;
}
