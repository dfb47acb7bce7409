import React from 'react';
import type { DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { AdvancedHttpSettings, ConfigSection, ConnectionSettings, DataSourceDescription } from '@grafana/plugin-ui';
import { config } from '@grafana/runtime';
import { Divider, SecureSocksProxySettings, Stack } from '@grafana/ui';

import { t } from '../i18n';
import type { BurnlineOptions } from '../types';
import { AuthSection } from './auth/AuthSection';
import { CatalogSection } from './CatalogSection';
import { CountingSection } from './CountingSection';
import { ExploreSection } from './ExploreSection';
import { LinksSection } from './LinksSection';
import { ServerSection } from './ServerSection';

type Props = DataSourcePluginOptionsEditorProps<BurnlineOptions>;

export function ConfigEditor({ options, onOptionsChange }: Props) {
  return (
    <>
      <DataSourceDescription
        dataSourceName="Burnline"
        docsLink="https://github.com/burnline/burnline#readme"
        hasRequiredFields
      />
      <Divider />
      <ConnectionSettings
        config={options}
        onChange={onOptionsChange}
        urlLabel={t('config.url', 'Prometheus server URL')}
        urlPlaceholder="http://prometheus:9090"
        urlTooltip={t(
          'config.url-tooltip',
          'The address of the Prometheus HTTP API: Prometheus, a Thanos querier, or Mimir with its prefix (http://mimir/prometheus).'
        )}
      />
      <Divider />
      <AuthSection options={options} onOptionsChange={onOptionsChange} />
      <Divider />
      <CatalogSection options={options} onOptionsChange={onOptionsChange} />
      <Divider />
      <ConfigSection title={t('config.advanced', 'Advanced settings')} isCollapsible isInitiallyOpen={false}>
        <Stack direction="column" gap={3}>
          <AdvancedHttpSettings config={options} onChange={onOptionsChange} />
          {config.secureSocksDSProxyEnabled && (
            <SecureSocksProxySettings options={options} onOptionsChange={onOptionsChange} />
          )}
          <ServerSection options={options} onOptionsChange={onOptionsChange} />
          <CountingSection options={options} onOptionsChange={onOptionsChange} />
          <ExploreSection options={options} onOptionsChange={onOptionsChange} />
          <LinksSection options={options} onOptionsChange={onOptionsChange} />
        </Stack>
      </ConfigSection>
    </>
  );
}
