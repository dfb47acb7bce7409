import { config } from '@grafana/runtime';

import { isGrafana } from './grafanaVersion';

it.each([
  ['12.4.0', true],
  ['12.4.0-21998393244', true],
  ['12.5.1', true],
  ['13.0.0', true],
  ['12.3.9', false],
  ['11.6.0', false],
  ['9.9.9', false],
  ['', false],
])('Grafana %s is at least 12.4: %s', (version, expected) => {
  config.buildInfo = { ...config.buildInfo, version };
  expect(isGrafana(12, 4)).toBe(expected);
});
