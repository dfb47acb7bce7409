import React, { useState } from 'react';
import type { DataSourceSettings } from '@grafana/data';
import { act, render } from '@testing-library/react';

import { answerResources } from '../testing/backend';
import type { BurnlineOptions } from '../types';
import { useConnection } from './useConnection';

type Options = DataSourceSettings<BurnlineOptions>;

const saved = {
  uid: 'burnline',
  url: 'http://prometheus:9090',
  version: 3,
  jsonData: { catalog: 'saved', tenant: 'a' },
  secureJsonFields: {},
} as unknown as Options;

function use() {
  const sent = answerResources('burnline', () => ({
    datasource: { ...saved, version: 4, secureJsonFields: { k: true } },
  }));
  const state = { sent, options: saved, set: (_: Options) => {}, save: async () => {} };
  function Page() {
    const [options, setOptions] = useState(saved);
    Object.assign(state, { options, set: setOptions });
    state.save = useConnection({ options, onOptionsChange: setOptions });
    return null;
  }
  render(<Page />);
  return state;
}

it('saves nothing while only the catalog was written', async () => {
  const state = use();
  act(() => state.set({ ...saved, jsonData: { ...saved.jsonData, catalog: 'typed' } }));
  await act(() => state.save());
  expect(state.sent).toEqual([]);
});

it('saves a typed connection with the catalog that is saved, once', async () => {
  const state = use();
  const typed = { ...saved, url: 'http://thanos:9090', jsonData: { catalog: 'typed', tenant: 'b' } };
  act(() => state.set(typed));
  await act(() => state.save());
  expect(state.sent).toEqual([
    expect.objectContaining({
      method: 'PUT',
      path: '/api/datasources/uid/burnline',
      body: { ...typed, jsonData: { catalog: 'saved', tenant: 'b' } },
    }),
  ]);
  expect(state.options).toEqual({ ...typed, version: 4, secureJsonFields: { k: true } });
  await act(() => state.save());
  expect(state.sent).toHaveLength(1);
});

it('keeps what Grafana saved meanwhile', async () => {
  const state = use();
  act(() => state.set({ ...saved, url: 'http://mimir:9090', version: 4 }));
  await act(() => state.save());
  expect(state.sent).toEqual([]);
});
