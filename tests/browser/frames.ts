import { Browser, Page } from '@playwright/test';

/** An event of Chromium's trace; times in microseconds. */
export interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  /** CPU time of the thread itself. */
  tdur?: number;
}

/** The cost of frames, in milliseconds, over a period. */
export interface FrameReport {
  frames: number;
  /** Time from one frame to the next. */
  interval: Quantiles;
  /** Frames at 60 Hz without a new picture. */
  dropped: number;
  /** CPU time of the main thread: scripts, styles, layout and paint. */
  main: Quantiles;
  /** CPU time of scripts, including layout that they force. */
  script: Quantiles;
  /** CPU time of style calculation. */
  style: Quantiles;
  /** CPU time of layout. */
  layout: Quantiles;
  /** CPU time of the main thread's part of painting. */
  paint: Quantiles;
}

export interface Quantiles {
  median: number;
  p95: number;
}

const SCRIPTS = ['FunctionCall', 'EvaluateScript', 'EventDispatch', 'FireAnimationFrame', 'RunMicrotasks', 'TimerFire'];
const TASKS = ['ThreadControllerImpl::RunTask', 'RunTask'];

/** Milliseconds between two frames at 60 Hz. */
const FRAME = 1000 / 60;

/** Records Chromium's trace while `run` runs. */
export async function trace(page: Page, run: () => Promise<unknown>): Promise<TraceEvent[]> {
  const browser = page.context().browser() as Browser;
  await browser.startTracing(page, { categories: ['devtools.timeline', 'toplevel', 'blink.user_timing'] });
  await run();
  return JSON.parse((await browser.stopTracing()).toString()).traceEvents;
}

/**
 * Returns the cost of frames while `run` runs, from Chromium's trace. It is not asserted: a busy
 * machine is slow.
 */
export async function traceFrames(page: Page, run: () => Promise<unknown>): Promise<FrameReport> {
  const traceEvents = await trace(page, run);
  const fired = traceEvents.filter(({ name }) => name === 'FireAnimationFrame');
  const { pid, tid } = fired[0];
  const events = traceEvents.filter((event) => event.pid === pid && event.tid === tid && event.ph === 'X');
  // The first and the last frame contain work of the trace itself.
  const starts = fired.map(({ ts }) => ts).filter((ts, index, all) => index === 0 || ts - all[index - 1] > 1000);
  const borders = starts.slice(1, -1);
  const intervals = borders.slice(1).map((ts, index) => (ts - borders[index]) / 1000);
  const took = (...names: string[]) => quantiles(perFrame(events, names, borders));
  return {
    frames: intervals.length,
    interval: quantiles(intervals),
    dropped: intervals.reduce((sum, interval) => sum + Math.max(0, Math.round(interval / FRAME) - 1), 0),
    main: took(...TASKS),
    script: took(...SCRIPTS),
    style: took('UpdateLayoutTree'),
    layout: took('Layout'),
    paint: took('PrePaint', 'Paint', 'Layerize', 'Commit'),
  };
}

/** CPU milliseconds of the main thread between two marks that the page set. */
export function mainBetween(events: TraceEvent[], from: string, to: string): number {
  const mark = (name: string) => events.find((event) => event.name === name)!;
  const { pid, tid, ts } = mark(from);
  const ours = events.filter((event) => event.pid === pid && event.tid === tid && event.ph === 'X');
  return perFrame(ours, TASKS, [ts, mark(to).ts])[0];
}

/** CPU milliseconds of events with these names in each frame. Nested events count once. */
function perFrame(events: TraceEvent[], names: string[], borders: number[]): number[] {
  const spans = events
    .filter(({ name }) => names.includes(name))
    .sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
  const took = new Array<number>(borders.length - 1).fill(0);
  let end = 0;
  let frame = 0;
  for (const { ts, dur = 0, tdur = dur } of spans) {
    if (ts < end) {
      continue; // nested
    }
    end = ts + dur;
    while (frame < took.length && borders[frame + 1] <= ts) {
      frame++;
    }
    if (frame < took.length && ts >= borders[0]) {
      took[frame] += tdur / 1000;
    }
  }
  return took;
}

export function quantiles(values: number[]): Quantiles {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (q: number) => Number((sorted[Math.floor(q * (sorted.length - 1))] ?? 0).toFixed(1));
  return { median: at(0.5), p95: at(0.95) };
}

export function describe({ frames, interval, main, script }: FrameReport): string {
  const part = (name: string, { median, p95 }: Quantiles) => `${name} ${median} ms (p95 ${p95})`;
  return `${frames} frames, every ${part('', interval).trim()}; ${part('main thread', main)}; ${part('scripts', script)}`;
}

/**
 * In the page: scrolls the rows by `pixels` in every frame, as a fast wheel does, until the end.
 */
export async function scrollThrough(pixels: number) {
  const region = document.querySelector('[aria-label="Workloads table"]')!;
  await new Promise<void>((done) => {
    const step = () => {
      const before = region.scrollTop;
      region.scrollTop += pixels;
      if (region.scrollTop === before) {
        done();
      } else {
        requestAnimationFrame(step);
      }
    };
    requestAnimationFrame(step);
  });
}
