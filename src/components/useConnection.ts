import { useEffect, useRef } from 'react';
import type { DataSourcePluginOptionsEditorProps, DataSourceSettings } from '@grafana/data';
import { getBackendSrv } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';

import type { BurnlineOptions } from '../types';

type Props = DataSourcePluginOptionsEditorProps<BurnlineOptions>;
type Options = Props['options'];

/**
 * Saves the connection as it is typed, so that the backend uses it. The catalog stays as it is saved. Does nothing if
 * the connection is saved already.
 */
export function useConnection({ options, onOptionsChange }: Props): () => Promise<void> {
  const saved = useRef(options);
  useEffect(() => {
    if (options.version !== saved.current.version) {
      saved.current = options; // Grafana saved them
    }
  }, [options]);
  return async () => {
    if (connectionOf(options) === connectionOf(saved.current)) {
      return;
    }
    const { catalog } = saved.current.jsonData;
    const request = getBackendSrv().fetch<{ datasource: DataSourceSettings<BurnlineOptions> }>({
      method: 'PUT',
      url: `/api/datasources/uid/${options.uid}`,
      data: { ...options, jsonData: { ...options.jsonData, catalog } },
      showErrorAlert: false,
      showSuccessAlert: false,
    });
    const { version, secureJsonFields } = (await lastValueFrom(request)).data.datasource;
    const now = { ...options, version, secureJsonFields: secureJsonFields ?? options.secureJsonFields };
    saved.current = { ...now, jsonData: { ...now.jsonData, catalog } };
    onOptionsChange(now);
  };
}

function connectionOf({ url, basicAuth, basicAuthUser, withCredentials, jsonData, ...rest }: Options): string {
  const { catalog: _, ...connection } = jsonData;
  const { secureJsonData } = rest as { secureJsonData?: unknown };
  return JSON.stringify([url, basicAuth, basicAuthUser, withCredentials, connection, secureJsonData]);
}
