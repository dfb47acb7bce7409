import {
  getAzureClouds,
  getDefaultAzureCloud,
  type AzureAuthType,
  type AzureClientSecretCredentials,
} from '@grafana/azure-sdk';
import React from 'react';
import { config } from '@grafana/runtime';
import { Combobox, InlineField, Input, SecretInput, type ComboboxOption } from '@grafana/ui';

import { t } from '../../i18n';
import { testIds } from '../../testIds';
import type { AuthProps } from './AuthSection';

const ids = testIds.configEditor;
const labelWidth = 24;

type Stored = Partial<Omit<AzureClientSecretCredentials, 'authType'>> & { authType?: AzureAuthType };

/** The credentials of Microsoft Entra ID for Azure Monitor managed service for Prometheus. */
export function Azure({ options, onOptionsChange }: AuthProps) {
  const { jsonData, secureJsonFields, secureJsonData, readOnly } = options;
  const stored = (jsonData.azureCredentials ?? {}) as Stored;
  const authType = stored.authType ?? 'clientsecret';
  const change = (patch: Stored) =>
    onOptionsChange({ ...options, jsonData: { ...jsonData, azureCredentials: { ...stored, authType, ...patch } } });
  const secret = (value: string, configured: boolean) =>
    onOptionsChange({
      ...options,
      secureJsonFields: { ...secureJsonFields, azureClientSecret: configured },
      secureJsonData: { ...secureJsonData, azureClientSecret: value },
    });
  const text = (key: 'tenantId' | 'clientId', label: string) => (
    <InlineField label={label} labelWidth={labelWidth} disabled={readOnly} htmlFor={`burnline-azure-${key}`}>
      <Input
        id={`burnline-azure-${key}`}
        width={50}
        placeholder="00000000-0000-0000-0000-000000000000"
        value={stored[key] ?? ''}
        onChange={(event) => change({ [key]: event.currentTarget.value.trim() })}
      />
    </InlineField>
  );

  return (
    <>
      <InlineField
        label={t('azure.auth-type', 'Azure credentials')}
        labelWidth={labelWidth}
        disabled={readOnly}
        htmlFor="burnline-azure-auth-type"
      >
        <Combobox<AzureAuthType>
          id="burnline-azure-auth-type"
          data-testid={ids.azureAuthType}
          width={30}
          disabled={readOnly}
          options={authTypes()}
          value={authType}
          onChange={({ value }) => change({ authType: value })}
        />
      </InlineField>
      {authType === 'clientsecret' && (
        <>
          <InlineField
            label={t('azure.cloud', 'Azure cloud')}
            labelWidth={labelWidth}
            disabled={readOnly}
            htmlFor="burnline-azure-cloud"
          >
            <Combobox
              id="burnline-azure-cloud"
              width={30}
              disabled={readOnly}
              options={getAzureClouds().map(({ name, displayName }) => ({ value: name, label: displayName }))}
              value={stored.azureCloud || getDefaultAzureCloud()}
              onChange={({ value }) => change({ azureCloud: value })}
            />
          </InlineField>
          {text('tenantId', t('azure.tenant', 'Directory (tenant) ID'))}
          {text('clientId', t('azure.client', 'Application (client) ID'))}
          <InlineField
            label={t('azure.secret', 'Client secret')}
            labelWidth={labelWidth}
            disabled={readOnly}
            htmlFor="burnline-azure-secret"
          >
            <SecretInput
              id="burnline-azure-secret"
              data-testid={ids.azureSecret}
              width={50}
              isConfigured={Boolean(secureJsonFields?.azureClientSecret)}
              value={secureJsonData?.azureClientSecret ?? ''}
              onChange={(event) => secret(event.currentTarget.value, false)}
              onReset={() => secret('', false)}
            />
          </InlineField>
        </>
      )}
      <InlineField
        label={t('azure.audience', 'Token audience')}
        labelWidth={labelWidth}
        tooltip={t('azure.audience-tooltip', 'Set it only if your server requires another one than Azure Monitor.')}
        disabled={readOnly}
        htmlFor="burnline-azure-audience"
      >
        <Input
          id="burnline-azure-audience"
          width={50}
          placeholder="https://prometheus.monitor.azure.com"
          value={jsonData.azureEndpointResourceId ?? ''}
          onChange={(event) =>
            onOptionsChange({
              ...options,
              jsonData: { ...jsonData, azureEndpointResourceId: event.currentTarget.value.trim() || undefined },
            })
          }
        />
      </InlineField>
    </>
  );
}

/** The types that this Grafana allows. */
function authTypes(): Array<ComboboxOption<AzureAuthType>> {
  const types: Array<ComboboxOption<AzureAuthType>> = [
    { value: 'clientsecret', label: t('azure.app', 'App registration') },
  ];
  if (config.azure?.managedIdentityEnabled) {
    types.push({ value: 'msi', label: t('azure.managed-identity', 'Managed identity') });
  }
  if (config.azure?.workloadIdentityEnabled) {
    types.push({ value: 'workloadidentity', label: t('azure.workload-identity', 'Workload identity') });
  }
  return types;
}
