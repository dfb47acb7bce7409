import { DataFrame, DataSourceApi, PanelData } from '@grafana/data';
import { getDataSourceSrv } from '@grafana/runtime';
import { useEffect, useState } from 'react';
import { defer, from, lastValueFrom } from 'rxjs';

import { storedRows } from '../access';
import { Burndown, burnDown, givenBurndown } from '../burndown';
import { burndownRequest } from '../burndownQuery';
import { t } from '../i18n';
import { WorkloadRow } from '../rows';

export interface BurndownAnswer {
  burndown?: Burndown;
  loading: boolean;
  /** The reason why there is none, if there could be one. */
  error?: string;
}

/**
 * The burn-down of a row: from the panel's data, else from a query for this workload. The previous
 * one stays visible during a refresh.
 */
export function useBurndown(row: WorkloadRow, data: PanelData, instant: number | undefined): BurndownAnswer {
  const given = givenBurndown(row, data.series);
  const isLive = !given && instant !== undefined && !storedRows(data);
  const request = isLive ? burndownRequest(row, instant, data.request) : undefined;
  const requested = request && JSON.stringify([request.targets, instant]);
  const [answer, setAnswer] = useState<BurndownAnswer>({ loading: requested !== undefined });

  useEffect(() => {
    if (!request || instant === undefined) {
      return undefined;
    }
    const subscription = defer(async () => {
      const datasource: DataSourceApi = await getDataSourceSrv().get(request.targets[0].datasource, request.scopedVars);
      return lastValueFrom(from(datasource.query(request)));
    }).subscribe({
      next: ({ data: frames, errors }) => {
        const burndown = burnDown(row, frames as DataFrame[], instant);
        setAnswer({ burndown, loading: false, error: errors?.[0]?.message });
      },
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

  return given ? { burndown: given, loading: false } : request ? answer : { loading: false };
}
