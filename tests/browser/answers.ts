import { Page } from '@playwright/test';

/** The parts of a frame of `/api/ds/query` that the tests read. */
interface FrameJSON {
  schema: { name?: string; fields: Array<{ name: string; labels?: Record<string, string> }>; meta?: { custom?: any } };
  data: { values: unknown[][] };
}

export interface AnsweredRow {
  /** As the panel shows it on hover: "shop / checkout · availability". */
  title: string;
  workload: string;
  budget: number | null;
  throughput: number | null;
}

/** Returns the data source's response that arrives while `action` runs. */
export async function answerDuring(page: Page, action: () => Promise<unknown>): Promise<FrameJSON[]> {
  const [response] = await Promise.all([
    page.waitForResponse((each) => each.url().includes('/api/ds/query') && each.request().method() === 'POST'),
    action(),
  ]);
  const { results } = (await response.json()) as { results: Record<string, { frames?: FrameJSON[] }> };
  return Object.values(results).flatMap(({ frames = [] }) => frames);
}

/** The rows of the result's table, by its field names. */
export function tableRows(frames: FrameJSON[]): AnsweredRow[] {
  const frame = frames.find(({ schema }) => schema.fields.some(({ name }) => name === 'budget'));
  if (!frame) {
    return [];
  }
  const column = (name: string) =>
    frame.data.values[frame.schema.fields.findIndex((field) => field.name === name)] ?? [];
  const labels: string[] = frame.schema.meta?.custom?.groupBy ?? [];
  return column('slo').map((slo, index) => ({
    title: `${labels.map((label) => column(label)[index]).join(' / ')} · ${slo}`,
    workload: String(column('workload')[index]),
    budget: (column('budget')[index] ?? null) as number | null,
    throughput: (column('throughput')[index] ?? null) as number | null,
  }));
}

/** The rows of the answer's table that have a sparkline, each with its points. */
export function trends(frames: FrameJSON[]): number[][] {
  const found = frames.flatMap(({ schema, data }) => {
    const column = schema.fields.findIndex(({ name }) => name === 'throughput_trend');
    return (column < 0 ? [] : data.values[column]) as Array<{ values: number[] } | null>;
  });
  return found.flatMap((trend) => (trend ? [trend.values] : []));
}
