import { SIGV4ConnectionConfig } from '@grafana/aws-sdk';
import React from 'react';

import type { AuthProps } from './AuthSection';

/** The signature for Amazon Managed Service for Prometheus. */
export function SigV4({ options, onOptionsChange }: AuthProps) {
  return (
    <SIGV4ConnectionConfig
      inExperimentalAuthComponent
      options={options}
      // It returns its own secrets alone; those of headers and certificates stay.
      onOptionsChange={(changed) =>
        onOptionsChange({
          ...changed,
          secureJsonFields: withoutUndefined({ ...options.secureJsonFields, ...changed.secureJsonFields }),
          secureJsonData: withoutUndefined({ ...options.secureJsonData, ...changed.secureJsonData }),
        })
      }
    />
  );
}

function withoutUndefined<T>(values: Record<string, T | undefined>): Record<string, T> {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, T] => entry[1] !== undefined));
}
