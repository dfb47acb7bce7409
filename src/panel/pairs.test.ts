import { FieldType, toDataFrame } from '@grafana/data';

import { burnPairs, unique } from './pairs';

function frameOf(names: string[], custom?: object) {
  return toDataFrame({
    meta: { custom },
    fields: names.map((name) => ({ name, type: FieldType.number, values: [1] })),
  });
}

describe('burnPairs', () => {
  it('are those of the meta, shortest first and each once', () => {
    const alerts = [
      { severity: 'ticket', long: '3d', short: '6h' },
      { severity: 'page', long: '1h', short: '5m' },
      { severity: 'page', long: '6h', short: '30m' },
      { severity: 'wake', long: '1h', short: '5m' },
    ];
    expect(burnPairs(frameOf([], { alerts })).map(({ long, short }) => `${long}|${short}`)).toEqual([
      '1h|5m',
      '6h|30m',
      '3d|6h',
    ]);
  });

  it('know the field of a factor that is not called after the long window', () => {
    const alerts = [
      { severity: 'page', long: '1h', short: '5m' },
      { severity: 'ticket', long: '1h', short: '30m', factor: 'factor_1h_2' },
    ];
    expect(burnPairs(frameOf([], { alerts })).map(({ factorField }) => factorField)).toEqual([
      undefined,
      'factor_1h_2',
    ]);
  });

  it('are guessed by the factors: the short window nearest to a twelfth', () => {
    const frame = frameOf(['burn_6h', 'factor_6h', 'burn_30m', 'burn_1h', 'factor_1h', 'burn_5m']);
    expect(burnPairs(frame)).toEqual([
      { long: '1h', short: '5m' },
      { long: '6h', short: '30m' },
    ]);
  });

  it('are none without factors or without short windows', () => {
    expect(burnPairs(frameOf(['burn_1h', 'burn_5m']))).toEqual([]);
    expect(burnPairs(frameOf(['burn_1h', 'factor_1h', 'burn_rate']))).toEqual([]);
  });
});

test('unique orders equal long windows by the short ones', () => {
  const pairs = [
    { long: '1d', short: '2h' },
    { long: '1d', short: '1h' },
  ];
  expect(unique(pairs)).toEqual([pairs[1], pairs[0]]);
});
