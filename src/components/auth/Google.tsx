import { AuthConfig, GOOGLE_AUTH_TYPE_OPTIONS, type AuthConfigProps } from '@grafana/google-sdk';
import React from 'react';

import type { AuthProps } from './AuthSection';

/** The credentials of Google Cloud Managed Service for Prometheus. */
export function Google({ options, onOptionsChange }: AuthProps) {
  return (
    <AuthConfig
      authOptions={GOOGLE_AUTH_TYPE_OPTIONS}
      options={options as unknown as AuthConfigProps['options']}
      onOptionsChange={(changed) => onOptionsChange(changed as unknown as AuthProps['options'])}
    />
  );
}
