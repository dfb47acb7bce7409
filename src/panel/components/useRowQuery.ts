import { DataFrame, DataSourceApi } from '@grafana/data';
import { getDataSourceSrv } from '@grafana/runtime';
import { useEffect, useState } from 'react';
import { defer, from, lastValueFrom } from 'rxjs';

import { t } from '../i18n';
import { RowRequest } from '../rowQuery';

export interface RowAnswer<T> {
  value?: T;
  loading: boolean;
  /** The reason why there is no value, if there could be one. */
  error?: string;
}

/**
 * The answer to a query for one row, once for each instant, range and filter. The previous one stays visible during a refresh.
 * `read` gets the frames when they arrive.
 */
export function useRowQuery<T>(
  request: RowRequest | undefined,
  instant: number | undefined,
  read: (frames: DataFrame[]) => T
): RowAnswer<T> {
  const requested = request && JSON.stringify([request.targets, request.filters, request.range.raw, instant]);
  const [answer, setAnswer] = useState<RowAnswer<T>>({ loading: true });

  useEffect(() => {
    if (!request) {
      return undefined;
    }
    const subscription = defer(async () => {
      const datasource: DataSourceApi = await getDataSourceSrv().get(request.targets[0].datasource, request.scopedVars);
      return lastValueFrom(from(datasource.query(request)));
    }).subscribe({
      next: ({ data, errors }) =>
        setAnswer({
          value: errors?.length ? undefined : read(data as DataFrame[]),
          loading: false,
          error: errors?.[0] && (errors[0].message ?? t('failure.query', 'The query failed')),
        }),
      error: (error: { message?: string; data?: { message?: string } }) =>
        setAnswer({
          loading: false,
          error: error?.data?.message ?? error?.message ?? t('failure.query', 'The query failed'),
        }),
    });
    return () => subscription.unsubscribe();
    // The request is a new object in every render. Only its content matters.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [requested]);

  return request ? answer : { loading: false };
}
