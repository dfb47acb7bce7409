import { FieldType, LoadingState, toDataFrame, type DataFrame, type DataQueryResponse } from '@grafana/data';
import { lastValueFrom, of, throwError, toArray } from 'rxjs';

import { inParts, type Part } from './parts';

/** A backend with so many SLOs, and what it was sent. */
function backend(slos: number, { cached = false, fails }: { cached?: boolean; fails?: (part?: Part) => boolean } = {}) {
  const sent: Array<Part | undefined> = [];
  const run = (part?: Part) => {
    sent.push(part);
    if (fails?.(part)) {
      return of<DataQueryResponse>({ data: [], error: { message: 'down' } });
    }
    const { from, count } = part ?? { from: 0, count: slos };
    const names = Array.from({ length: slos }, (_, index) => `slo-${index}`).slice(from, from + count);
    const custom = { burnline: 1, cost: { cellsMissed: cached ? 0 : 9 }, ...(part && { part: { ...part, of: slos } }) };
    const fields = [{ name: 'slo', type: FieldType.string, values: names }];
    return of<DataQueryResponse>({ data: [toDataFrame({ refId: 'A', fields, meta: { custom } })] });
  };
  return { sent, answers: () => lastValueFrom(inParts(run).pipe(toArray())) };
}

const rows = (frames: DataFrame[]) => frames.flatMap(({ fields }) => fields[0]?.values ?? []);

test('few SLOs are one request, with the answer of the whole', async () => {
  const { sent, answers } = backend(20);
  const [answer, ...more] = await answers();
  expect(more).toEqual([]);
  expect(sent).toEqual([{ from: 0, count: 20 }]);
  expect(rows(answer.data)).toHaveLength(20);
  expect(answer.state).toBeUndefined();
  expect(answer.data[0].meta.custom).toEqual({ burnline: 1, cost: { cellsMissed: 9 } });
});

test('many SLOs arrive in growing parts, each once, and last as a whole', async () => {
  const { sent, answers } = backend(500);
  const all = await answers();
  expect(sent.map((part) => part?.count)).toEqual([20, 40, 80, 160, 160, 160, undefined]);
  const last = all.pop()!;
  expect(all.map(({ data }) => data[0].meta.custom.read)).toEqual([20, 60, 140, 300, 460, 500]);
  for (const { data, state } of all) {
    const { parts, read, of: total } = data[0].meta.custom;
    expect(state).toBe(LoadingState.Loading);
    expect(total).toBe(500);
    expect(new Set(rows(parts)).size).toBe(read);
    expect(rows(parts)).toHaveLength(read);
    // Another panel must not take the rows of a part for all rows.
    expect(data[0].fields).toEqual([]);
  }
  expect(rows(last.data)).toHaveLength(500);
  expect(last.state).toBeUndefined();
});

test('what the backend has cached is read as a whole at once', async () => {
  const { sent, answers } = backend(500, { cached: true });
  expect(await answers()).toHaveLength(2);
  expect(sent).toEqual([{ from: 0, count: 20 }, undefined]);
});

test('a part that fails leaves the answer to the whole', async () => {
  const { sent, answers } = backend(500, { fails: (part) => part?.from === 20 });
  const all = await answers();
  expect(sent).toEqual([{ from: 0, count: 20 }, { from: 20, count: 40 }, undefined]);
  expect(rows(all.pop()!.data)).toHaveLength(500);
  const failing = backend(500, { fails: () => true });
  expect(await failing.answers()).toEqual([{ data: [], error: { message: 'down' } }]);
});

test('an error of the request is the error of the query', async () => {
  const failure = throwError(() => new Error('gone'));
  await expect(lastValueFrom(inParts(() => failure))).rejects.toThrow('gone');
});
