import { CoreApp, FieldType, toDataFrame, type DataFrame } from '@grafana/data';

import { orderFrames } from './frameOrder';

const series = (name: string, ...values: Array<number | null>): DataFrame => ({
  ...toDataFrame({
    name,
    fields: [
      { name: 'time', type: FieldType.time, values: values.map((_, index) => index) },
      { name, type: FieldType.number, values },
    ],
  }),
  meta: { type: 'timeseries-multi' as never },
});
const rows = (): DataFrame => ({
  ...toDataFrame({
    fields: [
      { name: 'slo', type: FieldType.string, values: ['worst', 'better', 'best'] },
      { name: 'state', type: FieldType.number, values: [4, 3, 0] },
    ],
  }),
  meta: { custom: { burnline: 1 } },
});
const firstValues = (frames: DataFrame[]) => frames.map(({ fields }) => fields[1].values[0]);

describe('series in Explore', () => {
  it.each([
    ['burn', [9, 3, 1]],
    ['budget', [1, 3, 9]],
  ])('of %s have the one that needs help first', (name, order) => {
    const frames = [series(name, 3, 3), series(name, 9, 9, null), series(name, 1, 1)];
    expect(firstValues(orderFrames(frames, { app: CoreApp.Explore }))).toEqual(order);
    expect(firstValues(orderFrames(frames, { app: CoreApp.Dashboard }))).toEqual([3, 9, 1]);
  });

  it('of several metrics take turns', () => {
    const frames = [
      series('burn', 9),
      series('burn', 8),
      series('burn', 7),
      series('budget', 0.5),
      series('budget', 0.1),
    ];
    expect(firstValues(orderFrames(frames, { app: CoreApp.Explore }))).toEqual([9, 0.1, 8, 0.5, 7]);
  });

  it('without a number come last', () => {
    const frames = [series('burn', null), series('burn', 2)];
    expect(firstValues(orderFrames(frames, { app: CoreApp.Explore }))).toEqual([2, null]);
  });
});

it.each([
  ['stat', ['best', 'better', 'worst']],
  ['gauge', ['best', 'better', 'worst']],
  ['table', ['worst', 'better', 'best']],
  [undefined, ['worst', 'better', 'best']],
])('the worst row is the one that a panel shows: %s', (panelPluginId, order) => {
  const [frame] = orderFrames([rows()], { app: CoreApp.Dashboard, panelPluginId });
  expect(frame.fields[0].values).toEqual(order);
  expect(frame.fields[1].values).toEqual(order[0] === 'worst' ? [4, 3, 0] : [0, 3, 4]);
});

it('a flag that is unknown in every row has no column, as the sum of it would be 0', () => {
  const frame = rows();
  const flags = (name: string, values: Array<number | null>) => ({ name, type: FieldType.number, config: {}, values });
  frame.fields.push(flags('firing_page', [null, null, null]), flags('firing_slack', [null, 0, 1]));
  const [known] = orderFrames([frame], { app: CoreApp.Dashboard });
  expect(known.fields.map(({ name }) => name)).toEqual(['slo', 'state', 'firing_slack']);
});
