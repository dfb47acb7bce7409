import type { PluginOptions } from '@grafana/plugin-e2e';
import { defineConfig, devices } from '@playwright/test';

// A Grafana with this plugin, provisioned from provisioning/, must answer at GRAFANA_URL.
// PLAYWRIGHT_CHROMIUM names a Chromium to use where Playwright's own cannot be downloaded.
export default defineConfig<PluginOptions>({
  testDir: './tests/e2e',
  fullyParallel: true,
  // The first visit of a Grafana that has just started takes seconds, on a busy machine many; so does the first answer,
  // which reads thirty days.
  timeout: 300_000,
  expect: { timeout: 90_000 },
  forbidOnly: !!process.env.CI,
  retries: process.env.CI ? 2 : 0,
  reporter: process.env.CI ? [['html', { open: 'never' }], ['list']] : 'list',
  use: {
    baseURL: process.env.GRAFANA_URL || 'http://localhost:3000',
    // The default locale of a minimal Linux, en-US@posix, is not one that Grafana's translations accept.
    locale: 'en-US',
    trace: 'on-first-retry',
    launchOptions: { executablePath: process.env.PLAYWRIGHT_CHROMIUM || undefined },
  },
  projects: [{ name: 'chromium', use: { ...devices['Desktop Chrome'] } }],
});
