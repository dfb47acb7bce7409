import React from 'react';
import { updateDatasourcePluginJsonDataOption, type DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { ConfigSubSection } from '@grafana/plugin-ui';
import { Input } from '@grafana/ui';

import { t } from '../i18n';
import { testIds } from '../testIds';
import type { BurnlineOptions } from '../types';
import { ChoiceSetting, SettingField, SizeSetting, TextSetting } from './SettingFields';

const ids = testIds.configEditor;

/** Settings of the server that cannot be detected, or that override the detected ones. */
export function ServerSection(props: DataSourcePluginOptionsEditorProps<BurnlineOptions>) {
  const { dialect = 'auto', replicaLabels = [] } = props.options.jsonData;
  return (
    <ConfigSubSection title={t('server.title', 'Server')}>
      <ChoiceSetting
        settings={props}
        option="dialect"
        testId={ids.dialect}
        label={t('server.type', 'Server type')}
        tooltip={t(
          'server.type-tooltip',
          'Detected automatically. Set it if a gateway hides the server’s build information.'
        )}
        options={[
          { value: 'auto', label: t('server.automatic', 'Automatic') },
          { value: 'prometheus', label: t('server.prometheus', 'Prometheus') },
          { value: 'thanos', label: t('server.thanos', 'Thanos') },
          { value: 'mimir', label: t('server.mimir', 'Mimir or Cortex') },
          { value: 'victoriametrics', label: t('server.victoriametrics', 'VictoriaMetrics') },
        ]}
      />
      {dialect !== 'prometheus' && dialect !== 'victoriametrics' && (
        <TextSetting
          settings={props}
          option="tenant"
          testId={ids.tenant}
          label={t('server.tenant', 'Tenant')}
          tooltip={t(
            'server.tenant-tooltip',
            'Sent as X-Scope-OrgID and THANOS-TENANT. Separate several tenants with |.'
          )}
          placeholder={t('server.tenant-none', 'none')}
        />
      )}
      {dialect === 'thanos' && (
        <>
          <SettingField
            settings={props}
            label={t('server.replica-labels', 'Replica labels')}
            tooltip={t(
              'server.replica-labels-tooltip',
              'Labels that distinguish replicas, separated by commas. The default is the configuration of Thanos.'
            )}
          >
            <Input
              id="burnline-replica-labels"
              data-testid={ids.replicaLabels}
              width={40}
              placeholder={t('server.replica-labels-default', 'from Thanos')}
              key={replicaLabels.join()}
              defaultValue={replicaLabels.join(', ')}
              onBlur={(event) => {
                const labels = event.currentTarget.value.split(/[\s,]+/).filter(Boolean);
                if (labels.join() !== replicaLabels.join()) {
                  updateDatasourcePluginJsonDataOption(props, 'replicaLabels', labels.length > 0 ? labels : undefined);
                }
              }}
            />
          </SettingField>
          <ChoiceSetting
            settings={props}
            option="maxSourceResolution"
            testId={ids.maxSourceResolution}
            label={t('server.resolution', 'Maximum resolution')}
            tooltip={t(
              'server.resolution-tooltip',
              'Use 5m only if Thanos keeps raw data for less than your SLO window. Results are then approximate.'
            )}
            options={[
              { value: 'raw', label: t('server.raw', 'Raw') },
              { value: '5m', label: t('server.downsampled', 'Downsampled to 5m') },
            ]}
          />
        </>
      )}
      <SizeSetting
        settings={props}
        option="maxResponseMiB"
        testId={ids.maxResponseMiB}
        label={t('server.max-response', 'Maximum response size')}
        tooltip={t('server.max-response-tooltip', 'Maximum size of one response of the server after decompression')}
        min={1}
        max={4096}
        placeholder="128"
      />
    </ConfigSubSection>
  );
}
