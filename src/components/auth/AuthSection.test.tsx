import React, { useState } from 'react';
import { DataSourcePluginContextProvider, EventBusSrv, type DataSourceInstanceSettings } from '@grafana/data';
import { config, setAppEvents } from '@grafana/runtime';
import { fireEvent, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import { testIds } from '../../testIds';
import { layOutElements } from '../../testing/layout';
import { choose } from '../../testing/queryEditor';
import { AuthSection, type AuthProps } from './AuthSection';

type Options = AuthProps['options'];

const ids = testIds.configEditor;

beforeAll(() => {
  layOutElements();
  setAppEvents(new EventBusSrv());
});
beforeEach(() =>
  Object.assign(config, {
    sigV4AuthEnabled: true,
    azureAuthEnabled: true,
    awsAllowedAuthProviders: ['keys', 'default'],
    awsAssumeRoleEnabled: true,
    azure: { managedIdentityEnabled: true, workloadIdentityEnabled: false },
  })
);

// The library of Amazon reports which method is saved, as Grafana's settings page lets it.
const instanceSettings = {
  uid: 'burnline',
  meta: { id: 'burnline-slo-datasource', info: { version: '0.1.0' } },
} as DataSourceInstanceSettings;

function renderSection(change: Partial<Options> = {}) {
  const state = {
    options: {
      url: 'http://prometheus:9090',
      jsonData: {},
      secureJsonFields: { httpHeaderValue1: true },
      secureJsonData: {},
      readOnly: false,
      ...change,
    } as unknown as Options,
  };
  function Page() {
    const [options, setOptions] = useState(state.options);
    state.options = options;
    return (
      <DataSourcePluginContextProvider instanceSettings={instanceSettings}>
        <AuthSection options={options} onOptionsChange={setOptions} />
      </DataSourcePluginContextProvider>
    );
  }
  render(<Page />);
  return state;
}

const methods = async () => {
  const [select] = screen.getAllByRole('combobox');
  await userEvent.click(select);
  return screen.getAllByRole('option').map((option) => option.textContent);
};
const chooseMethod = async (name: string) => {
  await methods();
  await userEvent.click(screen.getByText(name));
};

it('offers the clouds that this Grafana allows', async () => {
  Object.assign(config, { sigV4AuthEnabled: false, azureAuthEnabled: false });
  renderSection();
  const offered = (await methods()).join('\n');
  expect(offered).toMatch(/Google/);
  expect(offered).not.toMatch(/SigV4|Azure/);
});

it('shows a provisioned method that Grafana does not offer', async () => {
  Object.assign(config, { sigV4AuthEnabled: false });
  renderSection({ jsonData: { sigV4Auth: true, sigV4AuthType: 'keys' } as Options['jsonData'] });
  expect(await screen.findByText('SigV4 Auth Details')).toBeInTheDocument();
});

it('signs for Amazon, and keeps the secrets of headers', async () => {
  const state = renderSection({ basicAuth: true, secureJsonData: { httpHeaderValue2: 'typed' } });
  await chooseMethod('SigV4');
  expect(state.options).toMatchObject({ basicAuth: false, jsonData: { sigV4Auth: true, oauthPassThru: false } });
  await screen.findByText('SigV4 Auth Details');
  fireEvent.change(screen.getByPlaceholderText('arn:aws:iam:*'), { target: { value: 'arn:aws:iam:1' } });
  expect(state.options.jsonData).toMatchObject({ sigV4Auth: true, sigV4AssumeRoleArn: 'arn:aws:iam:1' });
  expect(state.options.secureJsonFields).toEqual({ httpHeaderValue1: true });
  expect(state.options.secureJsonData).toEqual({ httpHeaderValue2: 'typed' });
});

it('has the credentials of an Azure app, and the identities that this Grafana has', async () => {
  const state = renderSection();
  await chooseMethod('Azure');
  fireEvent.change(await screen.findByLabelText('Directory (tenant) ID'), { target: { value: 'tenant' } });
  fireEvent.change(screen.getByLabelText('Application (client) ID'), { target: { value: 'client' } });
  fireEvent.change(screen.getByTestId(ids.azureSecret), { target: { value: 'secret' } });
  expect(state.options.jsonData.azureCredentials).toEqual({
    authType: 'clientsecret',
    tenantId: 'tenant',
    clientId: 'client',
  });
  expect(state.options.secureJsonData).toEqual({ azureClientSecret: 'secret' });

  await choose(ids.azureAuthType, 'Managed identity');
  expect(state.options.jsonData.azureCredentials).toMatchObject({ authType: 'msi' });
  expect(screen.queryByLabelText('Application (client) ID')).not.toBeInTheDocument();
});

it('has a service account of Google, and is left by choosing another method', async () => {
  const state = renderSection();
  await chooseMethod('Google');
  expect(state.options.jsonData).toMatchObject({ authenticationType: 'jwt' });
  await userEvent.click(await screen.findByLabelText(/GCE/));
  expect(state.options.jsonData).toMatchObject({ authenticationType: 'gce' });
  await chooseMethod('No Authentication');
  expect(state.options.jsonData).toEqual({ oauthPassThru: false });
});
