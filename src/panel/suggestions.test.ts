import { FieldType, getPanelDataSummary, toDataFrame } from '@grafana/data';

import { suggestWorkloads } from './suggestions';
import { checkout, throughputFrame, workloadsFrame } from './testing/frames';

test('offers itself for workloads', () => {
  const summary = getPanelDataSummary([workloadsFrame([checkout]), throughputFrame({}, [1, 2])]);
  expect(suggestWorkloads(summary)).toEqual([{ name: 'Burnline workloads', score: 100 }]);
});

test.each([
  ['no data', []],
  ['time series', [throughputFrame({}, [1, 2])]],
  ['a table of something else', [toDataFrame({ fields: [{ name: 'value', type: FieldType.number, values: [1] }] })]],
])('stays away from %s', (_, frames) => {
  expect(suggestWorkloads(getPanelDataSummary(frames))).toBeUndefined();
});
