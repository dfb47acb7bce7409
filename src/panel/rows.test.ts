import { DataFrame, FieldType, toDataFrame } from '@grafana/data';

import { isWorkloadsFrame, readWorkloads, withData } from './rows';
import { catalog, checkout, embeddings, payments, throughputFrame, workloadsFrame } from './testing/frames';

function firstRow(...frames: DataFrame[]) {
  return readWorkloads(frames).rows[0];
}

describe('isWorkloadsFrame', () => {
  it.each([
    ['a state', [{ name: 'state', type: FieldType.number, values: [0] }], true],
    ['a budget', [{ name: 'budget', type: FieldType.number, values: [0.5] }], true],
    ['a state in words', [{ name: 'state', type: FieldType.string, values: ['ok'] }], false],
    ['other numbers', [{ name: 'value', type: FieldType.number, values: [1] }], false],
    [
      'budgets over time',
      [
        { name: 'time', type: FieldType.time, values: [0] },
        { name: 'budget', type: FieldType.number, values: [0.5] },
      ],
      false,
    ],
  ])('judges a frame with %s', (_, fields, expected) => {
    expect(isWorkloadsFrame(toDataFrame({ fields }))).toBe(expected);
  });
});

describe('readWorkloads', () => {
  it('reads every number of a row by its field name', () => {
    expect(firstRow(workloadsFrame([checkout]))).toMatchObject({
      name: 'checkout',
      namespace: 'shop',
      slo: 'availability',
      window: '30d',
      state: 'firing',
      firing: ['page'],
      severities: ['page', 'slack'],
      objective: 0.999,
      sli: 0.99923,
      budget: 0.234,
      budgetAgo: 0.61,
      budgetEvents: 2200,
      budgetMinutes: 10.1,
      exhaustedIn: 12_000,
      p95: 0.312,
      p95Bounded: false,
      p95Target: 0.3,
      throughput: 184,
      coverage: 1,
      events: 476_928_000,
      bad: 365_327,
    });
  });

  it('pairs the burn windows that the meta names with the factor of the long one', () => {
    const { rows } = readWorkloads([workloadsFrame([checkout])]);
    expect(rows[0].burns.map(({ long, short }) => [long, short])).toEqual([
      ['1h', '5m'],
      ['6h', '30m'],
    ]);
    expect(rows[0].burns).toEqual([
      { severity: 'page', long: '1h', short: '5m', longRate: 18.2, shortRate: 21, factor: 7.2 },
      { severity: 'slack', long: '6h', short: '30m', longRate: 5.4, shortRate: 17.9, factor: 6 },
    ]);
  });

  it.each([
    [{ budget: -0.1 }, 'exhausted'],
    [{ budget: 0 }, 'exhausted'],
    [{ budget: 0.05 }, 'low'],
    [{ budget: 0.5 }, 'ok'],
    [{ budget: 0.5, firing_page: 1 }, 'firing'],
    [{ budget: 0.5, firing_page: 0 }, 'ok'],
    [{ budget: 0.5, burn_1h: 15, burn_5m: 15, factor_1h: 14.4 }, 'firing'],
    [{ budget: 0.5, burn_1h: 15, burn_5m: 3, factor_1h: 14.4 }, 'ok'],
    [{ budget: null }, 'unmeasured'],
  ])('without a state column, %j is %s', (values, state) => {
    const columns = { slo: 'availability', workload: 'a', ...values };
    const fields = Object.entries(columns).map(([name, value]) => ({
      name,
      type: typeof value === 'string' ? FieldType.string : FieldType.number,
      values: [value],
    }));
    // The order of columns has no meaning.
    expect(firstRow(toDataFrame({ fields: fields.reverse() })).state).toBe(state);
  });

  it('keeps what was not measured apart from zero', () => {
    const row = firstRow(workloadsFrame([{ ...embeddings, budget: null, p95: null, throughput: null }]));
    expect(row).toMatchObject({
      state: 'unmeasured',
      firing: [],
      severities: [],
      budget: null,
      p95: null,
      throughput: null,
    });
    expect(row.burns[0]).toMatchObject({ longRate: 0.3, shortRate: null });
  });

  it('takes NaN and infinities for unmeasured', () => {
    const row = firstRow(workloadsFrame([{ ...checkout, budget: NaN, p95: Infinity, state: NaN }]));
    expect(row).toMatchObject({ state: 'unmeasured', budget: null, p95: null });
  });

  it.each([
    [0, 'ok'],
    [1, 'recovering'],
    [2, 'rising'],
    [3, 'firing'],
    [4, 'exhausted'],
    [null, 'unmeasured'],
    [7, 'unmeasured'],
  ])('reads the state %p as %s', (state, expected) => {
    expect(firstRow(workloadsFrame([{ ...checkout, state }])).state).toBe(expected);
  });

  it('knows only the severities of the policy of the row', () => {
    const row = firstRow(workloadsFrame([{ ...checkout, firing_page: null, firing_slack: 1 }]));
    expect(row).toMatchObject({ firing: ['slack'], severities: ['slack'] });
  });

  it('says when the p95 is only a lower bound', () => {
    expect(firstRow(workloadsFrame([{ ...checkout, p95: 5, p95_bounded: 1 }]))).toMatchObject({
      p95: 5,
      p95Bounded: true,
    });
  });

  it('leaves out labels that a row does not have', () => {
    const frame = workloadsFrame([{ ...checkout, namespace: '' }]);
    expect(firstRow(frame)).toMatchObject({ name: 'checkout', namespace: undefined, labels: { workload: 'checkout' } });
  });

  it('finds the sparkline of a row by its labels, in whatever order they come', () => {
    const points = [180, null, 184];
    const rows = readWorkloads([
      workloadsFrame([checkout, catalog]),
      throughputFrame({ workload: 'checkout', namespace: 'shop' }, points),
      throughputFrame({ workload: 'checkout', namespace: 'other' }, [1, 2, 3]),
    ]).rows;
    expect(rows[0].trend?.values).toEqual(points);
    expect(rows[1].trend).toBeUndefined();
  });

  it('reads the sparkline of a row from its column, and from nothing that is no trend', () => {
    const frame = workloadsFrame([checkout, catalog, checkout]);
    const cells = [{ from: 1000, step: 10, values: [1, null, 3] }, null, 'none'];
    frame.fields.push({ name: 'throughput_trend', type: FieldType.other, config: {}, values: cells });
    const rows = readWorkloads([frame]).rows;
    expect(rows[0].trend).toEqual({ times: [1000, 1010, 1020], values: [1, null, 3] });
    expect(rows[1].trend).toBeUndefined();
    expect(rows[2].trend).toBeUndefined();
    expect(rows[0].labels).toEqual({ namespace: 'shop', workload: 'checkout' });
  });

  it('names a row without labels by its SLO', () => {
    const { slo, state, budget } = checkout;
    const frame = workloadsFrame([{ slo, state, budget }], { meta: { custom: { groupBy: [] } } });
    expect(firstRow(frame)).toMatchObject({ name: 'availability', labels: {}, namespace: undefined });
  });

  it('reads frames of any data source that has the fields, without meta', () => {
    const frame = toDataFrame({
      fields: [
        { name: 'service', type: FieldType.string, values: ['api'] },
        { name: 'budget', type: FieldType.number, values: [0.5] },
        { name: 'burn_1h', type: FieldType.number, values: [2] },
        { name: 'burn_5m', type: FieldType.number, values: [3] },
        { name: 'factor_1h', type: FieldType.number, values: [14.4] },
      ],
    });
    const { rows, instant } = readWorkloads([frame]);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ name: 'api', slo: '', state: 'ok', budget: 0.5, window: undefined });
    expect(rows[0].burns).toEqual([{ long: '1h', short: '5m', longRate: 2, shortRate: 3, factor: 14.4 }]);
    expect(instant).toBeUndefined();
  });

  it('puts the rows of several frames together and tells equal ones apart', () => {
    const { rows } = readWorkloads([workloadsFrame([checkout]), workloadsFrame([checkout, payments])]);
    expect(rows.map(({ name }) => name)).toEqual(['checkout', 'checkout', 'payments']);
    expect(new Set(rows.map(({ key }) => key)).size).toBe(3);
  });

  it('gives a row the same key from refresh to refresh', () => {
    const before = firstRow(workloadsFrame([checkout])).key;
    const after = readWorkloads([workloadsFrame([payments, { ...checkout, budget: 0.1 }])]).rows[1].key;
    expect(after).toBe(before);
  });

  it('has no rows in an empty frame or in frames of other shapes', () => {
    expect(readWorkloads([workloadsFrame([]), throughputFrame({}, [1])]).rows).toEqual([]);
  });

  it('tells the instant of the latest frame', () => {
    expect(readWorkloads([workloadsFrame([checkout])]).instant).toBe(Date.UTC(2026, 10, 23, 20));
  });
});

test('withData leaves out columns that no row has anything for', () => {
  const bare = { ...checkout, p95: null, p95_target: null, throughput: null };
  const trend = throughputFrame({ namespace: 'shop', workload: 'checkout' }, [1, 2]);
  const kept = (...frames: DataFrame[]) =>
    withData(['budget', 'p95', 'throughput', 'trend'], readWorkloads(frames).rows);
  expect(kept(workloadsFrame([bare]))).toEqual(['budget']);
  expect(kept(workloadsFrame([bare, catalog]))).toEqual(['budget', 'p95', 'throughput']);
  expect(kept(workloadsFrame([bare]), trend)).toEqual(['budget', 'trend']);
});

test.each([
  [0, 0.099, 'low'],
  [0, 0.1, 'ok'],
  [0, 0, 'low'],
  [3, 0.05, 'firing'],
  [2, 0.05, 'rising'],
  [4, -1, 'exhausted'],
  [null, 0.05, 'unmeasured'],
  [0, null, 'ok'],
])('state %p with a budget of %p is %s', (state, budget, expected) => {
  expect(readWorkloads([workloadsFrame([{ ...checkout, state, budget }])]).rows[0].state).toBe(expected);
});

test('the option says from where a budget is low', () => {
  const rows = (low: number) => readWorkloads([workloadsFrame([{ ...checkout, state: 0, budget: 0.3 }])], low).rows;
  expect(rows(0.25)[0].state).toBe('ok');
  expect(rows(0.5)[0].state).toBe('low');
});
