import { readWorkloads } from './rows';
import { summarise } from './summary';
import { catalog, checkout, embeddings, payments, workloadsFrame } from './testing/frames';

function summary(...rows: Parameters<typeof workloadsFrame>[0]) {
  return summarise(readWorkloads([workloadsFrame(rows)]).rows);
}

test('counts the states that occur, worst first, in the tone of their worst row', () => {
  const slack = { ...checkout, workload: 'search', firing_page: 0, firing_slack: 1 };
  expect(summary(catalog, payments, slack, checkout, embeddings)).toEqual({
    workloads: 5,
    objectives: 5,
    windows: ['30d'],
    states: [
      { state: 'firing', count: 2, tone: 'critical' },
      { state: 'exhausted', count: 1, tone: 'critical' },
      { state: 'unmeasured', count: 1, tone: 'muted' },
      { state: 'ok', count: 1, tone: 'ok' },
    ],
  });
  expect(summary(slack).states).toEqual([{ state: 'firing', count: 1, tone: 'serious' }]);
});

test('a workload with two SLOs is one workload', () => {
  expect(summary(checkout, { ...checkout, slo: 'latency' })).toMatchObject({ workloads: 1, objectives: 2 });
});

test('of nothing', () => {
  expect(summary()).toEqual({ workloads: 0, objectives: 0, windows: [], states: [] });
});
