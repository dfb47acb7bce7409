import { throughputFrame, workloadsFrame } from './testing/frames';
import { readTrends, trendChange, trendPaths } from './trends';

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

const trendOf = (values: Array<number | null>) => [...readTrends([throughputFrame({}, values)]).values()][0];

test('a sparkline goes from edge to edge, from zero to its greatest point', () => {
  expect(trendPaths(trendOf([0, 10, 5]), 100, 21)).toEqual({
    line: 'M0 20.5L50 0.5L100 10.5',
    area: 'M0 21L0 20.5L50 0.5L100 10.5L100 21Z',
  });
});

test('what was not measured is a gap in the sparkline, and a point between gaps is none', () => {
  expect(trendPaths(trendOf([4, 4, null, 4, null, 2, 4]), 60, 11)?.line).toBe('M0 0.5L10 0.5M50 5.5L60 0.5');
});

test('no traffic at all is a line at zero', () => {
  expect(trendPaths(trendOf([0, 0]), 10, 11)?.line).toBe('M0 10.5L10 10.5');
});

test.each([[[null, null]], [[3]], [[]]])('%j has no sparkline', (values) => {
  expect(trendPaths(trendOf(values), 10, 11)).toBeUndefined();
});

test('without room there is no sparkline', () => {
  expect(trendPaths(trendOf([1, 2]), 0, 11)).toBeUndefined();
});
