import { locationService } from '@grafana/runtime';
import { act, renderHook } from '@testing-library/react';

import { EVERYTHING } from './filter';
import { WORST_FIRST } from './order';
import { toggled, useView, viewOf, viewParams, View } from './view';

const changed: View = {
  filter: { text: 'shop & co', states: ['firing', 'low'] },
  order: { column: 'budget', reversed: true },
  collapsed: new Set(['shop', '']),
  open: new Set(['availability [["workload","a"]]', 'b']),
};

const search = () => locationService.getSearchObject();

beforeEach(() => {
  jest.useFakeTimers();
  locationService.replace('/d/fleet?var-x=1');
});

afterEach(() => jest.useRealTimers());

const wait = () => act(() => void jest.advanceTimersByTime(1000));

test('a view is the same after its way through the URL, next to the view of another panel', () => {
  locationService.partial(viewParams(7, changed), true);
  locationService.partial(viewParams(8, { ...changed, filter: EVERYTHING }), true);
  expect(viewOf(7, search())).toEqual({ ...changed });
  expect(viewOf(8, search()).filter).toEqual(EVERYTHING);
  expect(viewOf(9, search())).toEqual({
    filter: EVERYTHING,
    order: WORST_FIRST,
    collapsed: new Set(),
    open: new Set(),
  });
});

test('states that do not exist are ignored', () => {
  expect(viewOf(1, { 'burnline-1-state': ['low', 'gone'], 'burnline-1-filter': null }).filter).toEqual({
    text: '',
    states: ['low'],
  });
});

// Grafana parses these as booleans and numbers.
test.each(['true', 'false', '0', '007', 'a/b', 'שירות', 'a+b&c=d%20#?'])('%s stays in the filter', (text) => {
  const { result } = renderHook(() => useView(4));
  act(() => result.current[1](() => ({ filter: { text, states: [] }, collapsed: new Set([text]) })));
  wait();
  act(() => locationService.partial({ 'var-x': '2' }));
  expect(result.current[0].filter.text).toBe(text);
  expect(viewOf(4, search()).filter.text).toBe(text);
  expect([...viewOf(4, search()).collapsed]).toEqual([text]);
});

test('what was changed is written after a moment, once, and nothing else of the URL changes', () => {
  const { result } = renderHook(() => useView(3));
  const replaced = jest.spyOn(locationService.getHistory(), 'replace');
  wait();
  expect(replaced).not.toHaveBeenCalled();
  for (const text of ['c', 'ch', 'checkout']) {
    act(() => result.current[1](() => ({ filter: { text, states: [] } })));
  }
  expect(search()).toEqual({ 'var-x': '1' });
  wait();
  expect(replaced).toHaveBeenCalledTimes(1);
  expect(search()).toEqual({ 'var-x': '1', 'burnline-3-filter': 'checkout' });
  act(() => result.current[1](() => ({ filter: EVERYTHING })));
  wait();
  expect(search()).toEqual({ 'var-x': '1' });
});

test('a link that is followed changes the view, and the URL of another panel does not', () => {
  locationService.partial(viewParams(3, changed), true);
  const { result } = renderHook(() => useView(3));
  expect(result.current[0]).toEqual(changed);
  wait();
  act(() => result.current[1]((last) => ({ open: toggled(last.open, 'b') })));
  act(() => locationService.partial({ 'burnline-4-filter': 'x' }, true));
  expect(result.current[0].open).toEqual(new Set(['availability [["workload","a"]]']));
  wait();
  act(() => locationService.partial({ 'burnline-3-filter': 'other', 'burnline-3-sort': null }, true));
  expect(result.current[0]).toMatchObject({ filter: { text: 'other' }, order: WORST_FIRST });
});

test('without the id of a panel there is nothing in the URL', () => {
  const { result } = renderHook(() => useView(undefined));
  act(() => result.current[1](() => changed));
  wait();
  expect(search()).toEqual({ 'var-x': '1' });
  expect(result.current[0]).toEqual(changed);
});
