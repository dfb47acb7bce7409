import { expect, panelRows, test } from './fixtures';
import { answerWithFleet } from './fleet';

// Time, rows and fonts are fixed. Packages of another Grafana draw other pictures. After a wanted change:
// PAGE_GRAFANA=12 UPDATE_SCREENSHOTS=1 go tool mage test:browser
test.use({ timezoneId: 'UTC' });

for (const theme of ['dark', 'light'] as const) {
  for (const width of process.env.PAGE_GRAFANA === '12' ? [1280, 1920] : []) {
    test(`the panel looks as before, ${theme}, ${width} wide`, async ({ page }) => {
      await page.clock.setFixedTime('2026-11-23T20:05:00Z');
      await page.setViewportSize({ width, height: 720 });
      await answerWithFleet(page, 23);
      await page.goto(`/?theme=${theme}#/workloads`);
      await panelRows(page);
      const panel = page.getByTestId('burnline-workloads-panel');
      await expect(panel).toHaveScreenshot(`panel-${theme}-${width}.png`);
    });
  }
}
