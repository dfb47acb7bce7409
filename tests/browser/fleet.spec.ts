import { Page } from '@playwright/test';

import { expect, panelRows, test } from './fixtures';
import { answerWithFleet } from './fleet';

test('scrolls through a thousand workloads, most of which are not in the document', async ({ page }) => {
  await answerWithFleet(page, 1000);
  await page.goto('/#/workloads');
  const rows = await panelRows(page);
  await expect(page.getByTestId('summary')).toContainText('1000 workloads');
  expect(await rows.count()).toBeLessThan(60);
  await expect(page.getByRole('table')).toHaveAttribute('aria-rowcount', '1021');

  const report = await frameTimes(page, async () => {
    await page.evaluate(scrollThrough);
  });
  console.log(`1000 workloads, scrolled to the end: ${report}`);

  const last = page.getByRole('row').last();
  await expect(last).toHaveAttribute('aria-rowindex', '1021');
  expect(await rows.count()).toBeLessThan(60);
});

test('filters a thousand workloads by words and by state', async ({ page }) => {
  await answerWithFleet(page, 1000);
  await page.goto('/#/workloads');
  await panelRows(page);
  await page.getByRole('textbox', { name: 'Filter the workloads' }).fill('team-7 workload-12');
  const summary = page.getByTestId('summary');
  await expect(summary).toContainText('1 of 1000 workloads');
  await expect(page.getByTestId('workload')).toHaveCount(1);
  await page.getByRole('textbox', { name: 'Filter the workloads' }).fill('');
  const firing = page.getByRole('button', { name: /^\d+ firing$/ });
  const count = /\d+/.exec(await firing.innerText())![0];
  await firing.click();
  await expect(summary).toContainText(`${count} of 1000 workloads`);
});

test('opens a row of a data source that is none of Burnline, and says what a burn-down takes', async ({ page }) => {
  await answerWithFleet(page, 5);
  await page.goto('/#/workloads');
  await panelRows(page);
  await page.getByRole('button', { name: 'Burn-down of workload-1', exact: true }).click();
  await expect(page.getByText('a time series named "budget"')).toBeVisible();
  await expect(page.getByText('Bad events')).toBeVisible();
});

/** Scrolls 240 pixels in every frame, as a fast wheel does, until the end. */
async function scrollThrough() {
  const region = document.querySelector('[aria-label="Workloads table"]')!;
  await new Promise<void>((done) => {
    const step = () => {
      const before = region.scrollTop;
      region.scrollTop += 240;
      if (region.scrollTop === before) {
        done();
      } else {
        requestAnimationFrame(step);
      }
    };
    requestAnimationFrame(step);
  });
}

/** The times between frames while something runs, as Chromium's own clock has them. Only told: a busy machine is slow. */
async function frameTimes(page: Page, run: () => Promise<void>): Promise<string> {
  await page.evaluate(() => {
    const times: number[] = [];
    const record = (time: number) => {
      times.push(time);
      (window as unknown as { frame: number }).frame = requestAnimationFrame(record);
    };
    (window as unknown as { frames: number[] }).frames = times;
    requestAnimationFrame(record);
  });
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable');
  const before = await cdp.send('Performance.getMetrics');
  await run();
  const after = await cdp.send('Performance.getMetrics');
  const times = await page.evaluate(() => {
    const held = window as unknown as { frame: number; frames: number[] };
    cancelAnimationFrame(held.frame);
    return held.frames;
  });
  const spans = times.slice(1).map((time, index) => time - times[index]);
  const sorted = [...spans].sort((a, b) => a - b);
  const quantile = (q: number) => sorted[Math.floor(q * (sorted.length - 1))].toFixed(1);
  const spent = (name: string) => {
    const value = ({ metrics }: typeof before) => metrics.find((metric) => metric.name === name)?.value ?? 0;
    return ((1000 * (value(after) - value(before))) / spans.length).toFixed(1);
  };
  const dropped = spans.filter((span) => span > 25).length;
  return (
    `${spans.length} frames, median ${quantile(0.5)} ms, p95 ${quantile(0.95)} ms, worst ${quantile(1)} ms, ` +
    `${dropped} over 25 ms; a frame takes ${spent('TaskDuration')} ms of the main thread, ${spent('ScriptDuration')} ms of it scripts`
  );
}
