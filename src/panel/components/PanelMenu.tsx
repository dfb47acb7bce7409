import { DataSourceApi, PanelData } from '@grafana/data';
import { config, DataSourceWithBackend, getDataSourceSrv } from '@grafana/runtime';
import type { DataSourceRef } from '@grafana/schema';
import { Dropdown, IconButton, Menu } from '@grafana/ui';
import React, { useState } from 'react';

import { storedRows } from '../access';
import { BURNLINE } from '../rowQuery';
import { t } from '../i18n';

const EDITORS = ['Editor', 'Admin'];

/**
 * The panel's own menu. Editors drop cached counts of the panel's data sources here, after data
 * were backfilled.
 */
export function PanelMenu({ data }: { data: PanelData }) {
  const [result, setResult] = useState<string>();
  const sources = burnlineSources(data);
  if (sources.length === 0 || storedRows(data) || !EDITORS.includes(config.bootData?.user?.orgRole)) {
    return null;
  }

  const reread = async () => {
    try {
      await Promise.all(sources.map((source) => forget(source, data)));
      setResult(t('reread.done', 'The next refresh reads all counts again.'));
    } catch (failure) {
      setResult(messageOf(failure) ?? t('reread.failed', 'The counts could not be dropped.'));
    }
  };

  const items = (
    <Menu>
      <Menu.Item
        icon="sync"
        label={t('reread.label', 'Re-read counts')}
        description={t('reread.description', 'Use it after you have backfilled data.')}
        onClick={reread}
      />
    </Menu>
  );
  return (
    <>
      {result && <span role="status">{result}</span>}
      <Dropdown overlay={items} placement="bottom-end">
        <IconButton name="ellipsis-v" size="sm" aria-label={t('menu.label', 'Menu of the workloads')} />
      </Dropdown>
    </>
  );
}

/** The distinct Burnline data sources of the panel's queries. */
function burnlineSources({ request }: PanelData): DataSourceRef[] {
  const all = (request?.targets ?? []).flatMap(({ datasource }) => (datasource?.type === BURNLINE ? [datasource] : []));
  return [...new Map(all.map((source) => [source.uid, source])).values()];
}

async function forget(source: DataSourceRef, { request }: PanelData): Promise<void> {
  const datasource: DataSourceApi = await getDataSourceSrv().get(source, request?.scopedVars);
  await (datasource as DataSourceWithBackend).postResource('cache/forget', {}, { showErrorAlert: false });
}

function messageOf(failure: unknown): string | undefined {
  const { data, message } = (failure ?? {}) as { data?: { message?: string }; message?: string };
  return data?.message ?? message;
}
