import { DataFrame, FieldType, toDataFrame } from '@grafana/data';

import { burnDown, burndownFrames, givenBurndown } from './burndown';
import { readWorkloads } from './rows';
import { Row, checkout, workloadsFrame } from './testing/frames';

const DAY = 86_400_000;
const instant = Date.UTC(2026, 10, 23, 20, 0);
const labels = { slo: 'availability', namespace: 'shop', workload: 'checkout' };

function row(values: Row = {}) {
  return readWorkloads([workloadsFrame([{ ...checkout, ...values }])]).rows[0];
}

function series(name: string, times: number[], values: Array<number | null>, of: object = labels): DataFrame {
  return toDataFrame({
    fields: [
      { name: 'time', type: FieldType.time, values: times },
      { name, type: FieldType.number, labels: of, values },
    ],
  });
}

const times = [-20, -10, -5, 0].map((days) => instant + days * DAY);

describe('burnDown', () => {
  it('starts whole and spends what every bad event takes, down to the budget of the row', () => {
    const answer = burnDown(row({ budget: 0.2, bad: 400 }), [series('bad', times, [100, 0, 100, 200])], instant)!;
    expect(answer.times).toEqual([instant - 30 * DAY, ...times]);
    expect(answer.left.map((left) => left!.toFixed(3))).toEqual(['1.000', '0.800', '0.800', '0.600', '0.200']);
    expect(answer.period).toEqual({ from: instant - 30 * DAY, to: instant });
  });

  it('goes below zero, and ends at the instant even when the steps do not', () => {
    const answer = burnDown(row({ budget: -1, bad: 10 }), [series('bad', times.slice(0, 3), [4, 1, null])], instant)!;
    expect(answer.left.map((left) => left?.toFixed(1))).toEqual(['1.0', '0.2', '0.0', undefined, '-1.0']);
    expect(answer.times[4]).toBe(instant);
  });

  it('stays whole without a bad event', () => {
    expect(burnDown(row({ budget: 1, bad: 0 }), [series('bad', times, [0, 0, 0, 0])], instant)!.left).toEqual([
      1, 1, 1, 1, 1,
    ]);
  });

  it('takes the series of its own labels only', () => {
    const other = series('bad', times, [9, 9, 9, 9], { ...labels, workload: 'cart' });
    expect(burnDown(row(), [other], instant)).toBeUndefined();
    expect(burnDown(row(), [other, series('bad', times, [1, 1, 1, 1])], instant)!.left[4]).toBeGreaterThan(0.2);
  });

  it.each(['budget', 'bad'])('is none where the row does not tell its %s', (name) => {
    expect(burnDown(row({ [name]: null }), [series('bad', times, [1, 1, 1, 1])], instant)).toBeUndefined();
  });
});

test('a budget over time that came with the rows is taken as it is', () => {
  const given = givenBurndown(row(), [
    series('budget', times, [1, 0.5, null, 0.2], { namespace: 'shop', workload: 'checkout' }),
  ])!;
  expect(given).toEqual({ period: { from: times[0], to: times[3] }, times, left: [1, 0.5, null, 0.2] });
  expect(givenBurndown(row(), [series('budget', times, [1, 1, 1, 1], { workload: 'cart' })])).toBeUndefined();
});

test('the chart has the line of an even burn beside it, from whole to nothing', () => {
  const [left, even] = burndownFrames({ period: { from: 0, to: 30 }, times: [0, 10], left: [1, 0.4] }, 'red');
  expect([left.name, left.fields[1].values, left.fields[1].config.unit]).toEqual([
    'Error budget remaining',
    [1, 0.4],
    'percentunit',
  ]);
  expect([even.fields[0].values, even.fields[1].values]).toEqual([
    [0, 30],
    [1, 0],
  ]);
});
