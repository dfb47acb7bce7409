import React, { lazy, Suspense, type ComponentType } from 'react';
import type { DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { Auth, AuthMethod, convertLegacyAuthProps, type AuthProps as PluginUIAuthProps } from '@grafana/plugin-ui';
import { config } from '@grafana/runtime';

import { t } from '../../i18n';
import type { BurnlineOptions } from '../../types';

export type AuthProps = DataSourcePluginOptionsEditorProps<BurnlineOptions, Record<string, string>>;

type CustomMethod = NonNullable<PluginUIAuthProps['customMethods']>[number];
type Method = AuthMethod | CustomMethod['id'];

// Each form comes with the library of its cloud, and is loaded when it is chosen.
const SigV4 = lazy(async () => ({ default: (await import('./SigV4')).SigV4 }));
const Azure = lazy(async () => ({ default: (await import('./Azure')).Azure }));
const Google = lazy(async () => ({ default: (await import('./Google')).Google }));

const sigV4 = 'custom-sigv4';
const azure = 'custom-azure';
const google = 'custom-google';

/** The authentication methods of Grafana's data sources, and those of the clouds that this Grafana allows. */
export function AuthSection(props: AuthProps) {
  const { options, onOptionsChange } = props;
  const shared = convertLegacyAuthProps({ config: options, onChange: onOptionsChange });
  const selectedMethod = cloudOf(options.jsonData) ?? shared.selectedMethod;
  return (
    <Auth
      {...shared}
      selectedMethod={selectedMethod}
      customMethods={cloudMethods(props, selectedMethod)}
      onAuthMethodSelect={(method) => onOptionsChange(withMethod(options, method))}
    />
  );
}

function cloudOf({ sigV4Auth, azureCredentials, authenticationType }: BurnlineOptions): CustomMethod['id'] | undefined {
  return sigV4Auth ? sigV4 : azureCredentials ? azure : authenticationType ? google : undefined;
}

function cloudMethods(props: AuthProps, selected: Method): CustomMethod[] {
  const form = (Form: ComponentType<AuthProps>) => (
    <Suspense fallback={null}>
      <Form {...props} />
    </Suspense>
  );
  const methods: CustomMethod[] = [];
  // A provisioned method is shown although Grafana does not offer it.
  if (config.sigV4AuthEnabled || selected === sigV4) {
    methods.push({
      id: sigV4,
      label: t('auth.sigv4', 'SigV4'),
      description: t('auth.sigv4-explained', 'Signature for Amazon Managed Service for Prometheus'),
      component: form(SigV4),
    });
  }
  if (config.azureAuthEnabled || selected === azure) {
    methods.push({
      id: azure,
      label: t('auth.azure', 'Azure'),
      description: t('auth.azure-explained', 'Microsoft Entra ID, for Azure Monitor managed service for Prometheus'),
      component: form(Azure),
    });
  }
  methods.push({
    id: google,
    label: t('auth.google', 'Google'),
    description: t('auth.google-explained', 'Google Cloud Managed Service for Prometheus'),
    component: form(Google),
  });
  return methods;
}

/** The options with one method. The fields of others stay, but nothing uses them. */
function withMethod(options: AuthProps['options'], method: Method): AuthProps['options'] {
  const { sigV4Auth: _, azureCredentials, authenticationType, ...jsonData } = options.jsonData;
  return {
    ...options,
    basicAuth: method === AuthMethod.BasicAuth,
    withCredentials: method === AuthMethod.CrossSiteCredentials,
    jsonData: {
      ...jsonData,
      oauthPassThru: method === AuthMethod.OAuthForward,
      ...(method === sigV4 && { sigV4Auth: true }),
      ...(method === azure && { azureCredentials: azureCredentials ?? { authType: 'clientsecret' } }),
      ...(method === google && { authenticationType: authenticationType ?? 'jwt' }),
    },
  };
}
