import { DataQueryRequest } from '@grafana/data';

import { burndownRequest, changesRequest } from './rowQuery';
import { readWorkloads } from './rows';
import { Row, checkout, workloadsFrame } from './testing/frames';

const HOUR = 3_600_000;
const instant = Date.UTC(2026, 10, 23, 20, 0);
const datasource = { type: 'burnline-slo-datasource', uid: 'b' };

function rowOf(refId: string, values: Row = {}, custom?: object) {
  const frame = workloadsFrame([{ ...checkout, ...values }], custom && { meta: { custom } });
  return readWorkloads([{ ...frame, refId }]).rows[0];
}

function requestOf(...targets: object[]) {
  return { requestId: 'Q1', targets, scopedVars: {} } as unknown as DataQueryRequest;
}

test('asks for the bad events of this workload alone, over the window of its SLO', () => {
  const request = requestOf(
    { refId: 'A', datasource, policy: 'calm' },
    { refId: 'B', datasource, filters: [{ label: 'cluster', op: '=~', value: 'eu.*' }] }
  );
  const requested = burndownRequest(rowOf('B'), instant, request)!;
  expect(requested.range.from.valueOf()).toBe(instant - 30 * 24 * HOUR);
  expect(requested.range.to.valueOf()).toBe(instant);
  expect(requested.intervalMs).toBe(6 * HOUR);
  expect(requested.targets).toEqual([
    {
      refId: 'B',
      datasource,
      queryType: 'timeseries',
      metrics: ['bad'],
      slos: ['availability'],
      filters: [
        { label: 'cluster', op: '=~', value: 'eu.*' },
        { label: 'namespace', op: '=', value: 'shop' },
        { label: 'workload', op: '=', value: 'checkout' },
      ],
    },
  ]);
});

test('an SLO that is written in the query comes along', () => {
  const inline = { name: 'availability', sli: {} };
  const [target] = burndownRequest(rowOf('A'), instant, requestOf({ refId: 'A', datasource, inline }))!.targets;
  expect(target).toMatchObject({ inline });
  expect(target).not.toHaveProperty('slos');
});

test('other data sources are not asked, nor is anything without a window', () => {
  const other = { type: 'grafana-testdata-datasource', uid: 't' };
  expect(burndownRequest(rowOf('A'), instant, requestOf({ refId: 'A', datasource: other }))).toBeUndefined();
  expect(burndownRequest(rowOf('A'), instant, undefined)).toBeUndefined();
  expect(
    burndownRequest(rowOf('A', { slo: 'unknown' }), instant, requestOf({ refId: 'A', datasource }))
  ).toBeUndefined();
});

test('queries the three likeliest causes in the time range of the panel', () => {
  const range = { from: 1, to: 2 };
  const requested = changesRequest(rowOf('A'), {
    ...requestOf({ refId: 'A', datasource, groupBy: ['namespace', 'workload'], queryType: 'workloads' }),
    range,
  } as unknown as DataQueryRequest)!;
  expect(requested.range).toBe(range);
  expect(requested.targets).toEqual([
    {
      refId: 'A',
      datasource,
      queryType: 'changes',
      changes: { top: 3 },
      slos: ['availability'],
      groupBy: ['namespace', 'workload'],
      filters: [
        { label: 'namespace', op: '=', value: 'shop' },
        { label: 'workload', op: '=', value: 'checkout' },
      ],
    },
  ]);
  const slices = rowOf('A', {}, { about: { availability: { slices: true } } });
  expect(changesRequest(slices, requestOf({ refId: 'A', datasource }))).toBeUndefined();
  expect(changesRequest(rowOf('C'), requestOf({ refId: 'A', datasource }, { refId: 'B', datasource }))).toBeUndefined();
});
