import { FieldConfig, FieldType, ThresholdsMode, createTheme, getDisplayProcessor } from '@grafana/data';

import {
  read,
  readBudget,
  readBudgetDetail,
  readForecast,
  readP95,
  readP95Target,
  readSLI,
  readThroughput,
  spaced,
} from './readings';
import { readWorkloads } from './rows';
import { Row, checkout, payments, workloadsFrame } from './testing/frames';

function row(values: Row = {}, config?: Record<string, FieldConfig>) {
  const meta = { custom: { windows: { availability: '30d' } } };
  return readWorkloads([workloadsFrame([{ ...checkout, ...values }], { meta, config })]).rows[0];
}

describe('read', () => {
  const field = (config: FieldConfig) => {
    const made = { name: 'budget', type: FieldType.number, config, values: [] };
    return { ...made, display: getDisplayProcessor({ field: made, theme: createTheme() }) };
  };

  it('uses the unit and the decimals of the field, else those given', () => {
    expect(read(field({ unit: 'percentunit' }), 0.2344, 1).text).toBe('23.4%');
    expect(read(field({ unit: 'percentunit', decimals: 2 }), 0.2344, 1).text).toBe('23.44%');
  });

  it('says what the field maps a value to', () => {
    const config = { mappings: [{ type: 'value', options: { 1: { text: 'untouched' } } }] } as FieldConfig;
    expect(read(field(config), 1, 1).text).toBe('untouched');
  });

  it('has a colour only when thresholds were drawn', () => {
    const steps = [
      { value: -Infinity, color: 'red' },
      { value: 0.5, color: 'green' },
    ];
    const mode = ThresholdsMode.Absolute;
    const drawn = field({ thresholds: { mode, steps }, color: { mode: 'thresholds' } });
    expect(read(drawn, 0.2).color).toBe(createTheme().visualization.getColorByName('red'));
    expect(read(drawn, 0.7).color).toBe(createTheme().visualization.getColorByName('green'));
    expect(read(field({ thresholds: { mode, steps: steps.slice(0, 1) } }), 0.2).color).toBeUndefined();
  });

  it('does without a field, and without a value', () => {
    expect(read(undefined, 1.25, 1).text).toBe('1.3');
    expect(read(field({}), null)).toEqual({ text: '–' });
  });
});

describe('budget', () => {
  it('is a share with one decimal, critical when overspent', () => {
    expect(readBudget(row())).toMatchObject({ text: '23.4%' });
    expect(readBudget(row()).tone).toBeUndefined();
    expect(readBudget(row({ budget: -0.128 }))).toMatchObject({ text: '-12.8%', tone: 'critical' });
    expect(readBudget(row({ budget: null })).text).toBe('–');
  });

  it('is told in events and in minutes too', () => {
    expect(readBudgetDetail(row())).toBe('2.2 K events, 10 min');
    expect(readBudgetDetail(row(payments))).toBe('-1.2 K events, -5 min');
    expect(readBudgetDetail(row({ budget_events: 847, budget_minutes: null }))).toBe('847 events');
    expect(readBudgetDetail(row({ budget_events: null, budget_minutes: null }))).toBe('');
  });
});

describe('forecast', () => {
  it.each([
    [{ exhausted_in: 0 }, 'spent', 'critical'],
    [{ exhausted_in: null, budget: -0.1 }, 'spent', 'critical'],
    [{ exhausted_in: 59 }, '< 1 min', 'critical'],
    [{ exhausted_in: 1799 }, '29 min', 'critical'],
    [{ exhausted_in: 3 * 3600 + 1 }, '3 h', 'critical'],
    [{ exhausted_in: 47 * 3600 }, '47 h', 'watch'],
    [{ exhausted_in: 6.9 * 86400 }, '6 d', 'watch'],
    [{ exhausted_in: 17 * 86400 }, '17 d', undefined],
    [{ exhausted_in: null }, '> 30 d', 'muted'],
    [{ exhausted_in: null, slo: 'unknown' }, 'not expected', 'muted'],
    [{ exhausted_in: null, budget: null }, '–', 'muted'],
  ])('of %j is %s', (values, text, tone) => {
    expect(readForecast(row(values))).toMatchObject({ text, tone });
  });

  it('follows a unit that a user chose', () => {
    expect(readForecast(row({}, { exhausted_in: { unit: 'dthms' } })).text).toBe('03:20:00');
  });
});

describe('p95', () => {
  it.each([
    [{ p95: 0.312 }, '312 ms', 'critical'],
    [{ p95: 0.3 }, '300 ms', undefined],
    [{ p95: 1.84, p95_target: 2 }, '1.84 s', undefined],
    [{ p95: 5, p95_bounded: 1 }, '> 5.00 s', 'critical'],
    [{ p95: 5, p95_bounded: 1, p95_target: 5 }, '> 5.00 s', 'critical'],
    [{ p95: 5, p95_bounded: 1, p95_target: 10 }, '> 5.00 s', undefined],
    [{ p95: 0.5, p95_target: null }, '500 ms', undefined],
    [{ p95: null }, '–', 'muted'],
  ])('of %j is %s', (values, text, tone) => {
    expect(readP95(row(values))).toMatchObject({ text, tone });
  });

  it('has its target beside it', () => {
    expect(readP95Target(row())).toBe('300 ms');
    expect(readP95Target(row({ p95_target: null }))).toBe('');
  });
});

test.each([
  [184, '184 req/s'],
  [7.42, '7.4 req/s'],
  [1210, '1.2K req/s'],
  [null, '–'],
])('a throughput of %p reads %s', (throughput, text) => {
  expect(readThroughput(row({ throughput })).text).toBe(text);
});

test.each([
  ['30d', '30 d'],
  ['1h30m', '1 h 30 m'],
])('%s is written %s', (window, text) => {
  expect(spaced(window)).toBe(text);
});

test('a table without units is read in the usual ones', () => {
  const plain = Object.fromEntries(
    ['budget', 'p95', 'p95_target', 'throughput', 'burn_1h'].map((name) => [name, { unit: undefined }])
  );
  const { rows } = readWorkloads([workloadsFrame([checkout], { config: plain })]);
  const texts = [readBudget(rows[0]), readP95(rows[0]), readThroughput(rows[0])].map(({ text }) => text);
  expect(texts).toEqual(['23.4%', '312 ms', '184 req/s']);
  expect(readP95Target(rows[0])).toBe('300 ms');
  expect(read(rows[0].fields.burn_1h, 18.2, 1).text).toBe('18.2 ×');
});

test.each([
  [0.998996, undefined, '99.89%'],
  [0.9989999, 3, '99.899%'],
  [0.99923, undefined, '99.923%'],
  [0.999, undefined, '99.90%'],
  [0.9, undefined, '90.0%'],
])('an SLI of %s with decimals %s does not round up to its objective: %s', (sli, decimals, text) => {
  expect(readSLI(row({ sli }, { sli: { decimals } })).text).toBe(text);
});
