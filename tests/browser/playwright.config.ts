import { defineConfig } from '@playwright/test';

// PAGE_URL is the demo page's server, with the built plugin and a Prometheus with the twelve demo
// workloads. PLAYWRIGHT_CHROMIUM is the path of a Chromium, if Playwright's own is not available.
if (!process.env.PAGE_URL) {
  throw new Error(
    'PAGE_URL is not set: run "go tool mage test:browser", or give the URL that "go tool mage demo" prints'
  );
}

export default defineConfig({
  testDir: '.',
  // BENCH_OUT is the output file of "go tool mage bench:panel". PICTURES=1 is "go tool mage
  // pictures".
  testMatch: process.env.BENCH_OUT ? '*.bench.ts' : process.env.PICTURES ? '*.pictures.ts' : '*.spec.ts',
  outputDir: '../../test-results/browser',
  // The tests share one data source, and some change its settings.
  workers: 1,
  forbidOnly: !!process.env.CI,
  reporter: 'list',
  // Saved settings start a new instance, which reads thirty days again. This may take long on a
  // busy machine.
  timeout: 300_000,
  // Other versions of Chromium draw the edges of letters differently. A column without its content is more.
  expect: { timeout: 90_000, toHaveScreenshot: { maxDiffPixels: 1500 } },
  snapshotPathTemplate: 'screenshots/{arg}{ext}',
  updateSnapshots: process.env.UPDATE_SCREENSHOTS ? 'changed' : 'none',
  use: {
    baseURL: process.env.PAGE_URL,
    // Grafana's translations do not accept the default locale of a minimal Linux, en-US@posix.
    locale: 'en-US',
    viewport: { width: 1400, height: 1000 },
    launchOptions: {
      executablePath: process.env.PLAYWRIGHT_CHROMIUM || process.env.CHROMIUM_PATH || '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
