import { writeFile } from 'node:fs/promises';
import { Page } from '@playwright/test';

import { expect, panelRows, test } from './fixtures';
import { answerWithFleet } from './fleet';
import { mainBetween, quantiles, scrollThrough, trace, traceFrames } from './frames';

const ROWS = 1000;
/** How often the page is opened. */
const OPENINGS = 7;
/**
 * Pixels per frame: a notch of a wheel, a fling of a touchpad, and a dragged scroll bar, with which
 * every row is new.
 */
const WHEEL = 100;
const FLING = 240;
const DRAG = 1000;

test('a thousand workloads: first paint and scrolling', async ({ page }) => {
  await answerWithFleet(page, ROWS);
  await page.route('**/resources/**', (route) => route.fulfill({ json: { slos: [] } }));
  await page.addInitScript(markFirstPaint);

  const wall: number[] = [];
  const main: number[] = [];
  for (let opening = 0; opening < OPENINGS; opening++) {
    await page.goto('about:blank');
    const events = await trace(page, async () => {
      await page.goto('/#/workloads');
      await page.waitForFunction(() => performance.getEntriesByName('first paint').length > 0);
    });
    wall.push(await page.evaluate(sinceAnswer));
    main.push(mainBetween(events, 'answer', 'first paint'));
  }
  await expect(page.getByTestId('summary')).toContainText(`${ROWS} workloads`);
  const rendered = await (await panelRows(page)).count();

  await scrolled(page, FLING); // compiles scripts that run for the first time
  const wheel = await scrolled(page, WHEEL);
  const fling = await scrolled(page, FLING);
  const drag = await scrolled(page, DRAG);
  await writeFile(
    process.env.BENCH_OUT!,
    JSON.stringify({
      rows: ROWS,
      rendered,
      firstPaintMs: quantiles(wall).median,
      firstPaintMainMs: quantiles(main).median,
      wheel,
      fling,
      drag,
    })
  );
});

async function scrolled(page: Page, pixels: number) {
  await page.getByRole('region', { name: 'Workloads table' }).evaluate((region) => (region.scrollTop = 0));
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const report = await traceFrames(page, () => page.evaluate(scrollThrough, pixels));
  const { frames, dropped, interval, main, script, style, layout, paint } = report;
  return { pixels, frames, dropped, frameMs: interval, mainMs: main, parts: { script, style, layout, paint } };
}

/** In the page: from the response's last byte to the frame with its first rows, in milliseconds. */
function sinceAnswer(): number {
  const at = (name: string) => performance.getEntriesByName(name)[0].startTime;
  return at('first paint') - at('answer');
}

/** In the page: marks the time when the response is read, and when its rows are painted. */
function markFirstPaint() {
  const { fetch } = window;
  window.fetch = async (...request: Parameters<typeof fetch>) => {
    const response = await fetch(...request);
    if (String(request[0]).includes('/api/ds/query')) {
      const text = response.text.bind(response);
      response.text = async () => {
        const body = await text();
        performance.mark('answer');
        return body;
      };
    }
    return response;
  };
  const afterPaint = new MessageChannel();
  afterPaint.port1.onmessage = () => performance.mark('first paint');
  const look = () => {
    if (document.querySelector('[data-testid="workload"]')) {
      afterPaint.port2.postMessage(null); // runs when this frame is painted
    } else {
      requestAnimationFrame(look);
    }
  };
  requestAnimationFrame(look);
}
