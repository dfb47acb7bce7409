import { throughputFrame, workloadsFrame } from './testing/frames';
import { readTrends, trendChange } from './trends';

test('only time series named throughput are trends', () => {
  const other = throughputFrame({ workload: 'a' }, [1]);
  other.fields[1].name = 'budget';
  expect(readTrends([other, workloadsFrame([]), throughputFrame({ workload: 'b' }, [1])]).size).toBe(1);
});

test.each([
  [[100, 80, 50], -0.5],
  [[50, 100], 0.5],
  [[null, 40, null, 0, null], -1],
  [[0, 0], 0],
  [[7], null],
  [[null, null], null],
])('the change over %j is %p', (values, change) => {
  const trend = [...readTrends([throughputFrame({}, values)]).values()][0];
  expect(trendChange(trend)).toBe(change);
});

test('there is no change without a trend', () => {
  expect(trendChange(undefined)).toBeNull();
});
