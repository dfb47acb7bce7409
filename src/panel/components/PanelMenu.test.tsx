import { PanelData } from '@grafana/data';
import { config } from '@grafana/runtime';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';

import { PanelMenu } from './PanelMenu';

const postResource = jest.fn();
const get = jest.fn(async ({ uid }: { uid: string }) => ({
  postResource: (path: string, body: object) => postResource(uid, path, body),
}));

jest.mock('@grafana/runtime', () => ({
  ...jest.requireActual('@grafana/runtime'),
  getDataSourceSrv: () => ({ get }),
}));

beforeEach(() => {
  postResource.mockReset();
});

function showTo(orgRole: string, ...sources: string[]) {
  config.bootData = { user: { orgRole } } as typeof config.bootData;
  const targets = sources.map((uid, index) => ({
    refId: `Q${index}`,
    datasource: { uid, type: uid.startsWith('slo') ? 'burnline-slo-datasource' : 'prometheus' },
  }));
  render(<PanelMenu data={{ request: { targets } } as unknown as PanelData} />);
}

const menu = () => screen.queryByRole('button', { name: 'Menu of the workloads' });

async function reread() {
  await userEvent.click(menu()!);
  await userEvent.click(await screen.findByRole('menuitem', { name: /Re-read counts/ }));
}

test.each(['Editor', 'Admin'])('lets an %s drop the counts of each Burnline data source once', async (role) => {
  showTo(role, 'slo-a', 'prom', 'slo-b', 'slo-a');
  await reread();
  expect(await screen.findByRole('status')).toHaveTextContent('The next refresh reads all counts again.');
  expect(postResource.mock.calls).toEqual([
    ['slo-a', 'cache/forget', {}],
    ['slo-b', 'cache/forget', {}],
  ]);
});

test('shows why the counts could not be dropped', async () => {
  showTo('Editor', 'slo-a');
  postResource.mockRejectedValue({ status: 403, data: { message: 'only editors and admins can drop them' } });
  await reread();
  expect(await screen.findByRole('status')).toHaveTextContent('only editors and admins can drop them');
});

test.each([
  ['Viewer', 'slo-a'],
  ['', 'slo-a'],
  ['Admin', 'prom'],
])('shows nothing to role %j over %s', (role, source) => {
  showTo(role, source);
  expect(menu()).not.toBeInTheDocument();
});
