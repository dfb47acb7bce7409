import { nearestBurn } from './nearestBurn';
import { readWorkloads } from './rows';
import { Row, checkout, workloadsFrame } from './testing/frames';

const of = (values: Row) => nearestBurn(readWorkloads([workloadsFrame([{ ...checkout, ...values }])]).rows[0]);

test('of several pairs that fire, the most severe one explains the row', () => {
  expect(of({ burn_6h: 100, burn_30m: 100 })).toMatchObject({
    burn: { long: '1h' },
    rate: 18.2,
    over: true,
    fires: true,
  });
});

test('a lesser pair that fires comes before a severe one that does not', () => {
  expect(of({ burn_5m: 1, burn_6h: 8 })).toMatchObject({ burn: { long: '6h' }, rate: 8, over: true, fires: true });
});

test('of a rising pair, the short rate is the one that is over', () => {
  expect(of({ burn_1h: 2, burn_6h: 0, burn_30m: 0 })).toMatchObject({ rate: 21, over: true, fires: false });
});

test('without an alert, the pair nearest to its threshold shows', () => {
  expect(of({ burn_1h: 1, burn_5m: 1.5, burn_6h: 2, burn_30m: 3 })).toMatchObject({
    burn: { long: '6h' },
    rate: 3,
    over: false,
  });
});

test('nothing shows without rates or thresholds', () => {
  expect(of({ burn_1h: null, burn_5m: null, burn_6h: null, burn_30m: null })).toBeUndefined();
  expect(of({ factor_1h: null, factor_6h: null })).toBeUndefined();
});
