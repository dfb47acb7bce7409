import { useCallback } from 'react';
import { getBackendSrv } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';

import type { CatalogReport } from './resources';
import { useAnswer, type Answer } from './useAnswer';

const validateAfterMs = 500;

/** The backend's report on a catalog, saved or not, shortly after the last change. */
export function useCatalogReport(dataSourceUid: string, catalog: string): Answer<CatalogReport> {
  const validate = useCallback(
    async (catalog: string) => {
      const request = getBackendSrv().fetch<CatalogReport>({
        method: 'POST',
        url: `/api/datasources/uid/${dataSourceUid}/resources/catalog/validate`,
        data: { catalog },
        showErrorAlert: false,
      });
      return (await lastValueFrom(request)).data;
    },
    [dataSourceUid]
  );
  return useAnswer(dataSourceUid ? catalog : undefined, validate, validateAfterMs);
}
