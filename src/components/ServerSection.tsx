import React from 'react';
import { updateDatasourcePluginJsonDataOption, type DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { ConfigSubSection } from '@grafana/plugin-ui';
import { Combobox, InlineField, Input, type ComboboxOption } from '@grafana/ui';

import { t } from '../i18n';
import { testIds } from '../testIds';
import type { BurnlineOptions, Dialect, SourceResolution } from '../types';

type Props = DataSourcePluginOptionsEditorProps<BurnlineOptions>;

/** Settings of the server that cannot be detected, or that override the detected ones. */
export function ServerSection(props: Props) {
  const { jsonData, readOnly } = props.options;
  const dialect = jsonData.dialect ?? 'auto';
  const responseError = judgeResponse(jsonData.maxResponseMiB);
  const replicaLabels = jsonData.replicaLabels ?? [];

  return (
    <ConfigSubSection title={t('server.title', 'Server')}>
      <InlineField
        label={t('server.type', 'Server type')}
        labelWidth={24}
        tooltip={t(
          'server.type-tooltip',
          'Detected automatically. Set it if a gateway hides the server’s build information.'
        )}
        disabled={readOnly}
      >
        <Combobox
          id="burnline-dialect"
          data-testid={testIds.configEditor.dialect}
          width={24}
          options={dialects()}
          value={dialect}
          onChange={({ value }) =>
            updateDatasourcePluginJsonDataOption(props, 'dialect', value === 'auto' ? undefined : value)
          }
        />
      </InlineField>
      {dialect !== 'prometheus' && dialect !== 'victoriametrics' && (
        <InlineField
          label={t('server.tenant', 'Tenant')}
          labelWidth={24}
          tooltip={t(
            'server.tenant-tooltip',
            'Sent as X-Scope-OrgID and THANOS-TENANT. Separate several tenants with |.'
          )}
          disabled={readOnly}
        >
          <Input
            id="burnline-tenant"
            data-testid={testIds.configEditor.tenant}
            width={24}
            placeholder={t('server.tenant-none', 'none')}
            value={jsonData.tenant ?? ''}
            onChange={(event) =>
              updateDatasourcePluginJsonDataOption(props, 'tenant', event.currentTarget.value.trim() || undefined)
            }
          />
        </InlineField>
      )}
      {dialect === 'thanos' && (
        <>
          <InlineField
            label={t('server.replica-labels', 'Replica labels')}
            labelWidth={24}
            tooltip={t(
              'server.replica-labels-tooltip',
              'Labels that distinguish replicas, separated by commas. The default is the configuration of Thanos.'
            )}
            disabled={readOnly}
          >
            <Input
              id="burnline-replica-labels"
              data-testid={testIds.configEditor.replicaLabels}
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
          </InlineField>
          <InlineField
            label={t('server.resolution', 'Maximum resolution')}
            labelWidth={24}
            tooltip={t(
              'server.resolution-tooltip',
              'Use 5m only if Thanos keeps raw data for less than your SLO window. Results are then approximate.'
            )}
            disabled={readOnly}
          >
            <Combobox
              id="burnline-source-resolution"
              data-testid={testIds.configEditor.maxSourceResolution}
              width={24}
              options={resolutions()}
              value={jsonData.maxSourceResolution ?? 'raw'}
              onChange={({ value }) =>
                updateDatasourcePluginJsonDataOption(props, 'maxSourceResolution', value === 'raw' ? undefined : value)
              }
            />
          </InlineField>
        </>
      )}
      <InlineField
        label={t('server.max-response', 'Maximum response size')}
        labelWidth={24}
        tooltip={t('server.max-response-tooltip', 'Maximum size of one response of the server after decompression')}
        disabled={readOnly}
        invalid={Boolean(responseError)}
        error={responseError}
      >
        <Input
          id="burnline-max-response-mib"
          data-testid={testIds.configEditor.maxResponseMiB}
          width={24}
          type="number"
          min={minResponseMiB}
          max={maxResponseMiB}
          suffix="MiB"
          placeholder="128"
          value={jsonData.maxResponseMiB ?? ''}
          onChange={(event) => {
            const size = event.currentTarget.valueAsNumber;
            updateDatasourcePluginJsonDataOption(props, 'maxResponseMiB', Number.isNaN(size) ? undefined : size);
          }}
        />
      </InlineField>
    </ConfigSubSection>
  );
}

function dialects(): Array<ComboboxOption<Dialect>> {
  return [
    { value: 'auto', label: t('server.automatic', 'Automatic') },
    { value: 'prometheus', label: 'Prometheus' },
    { value: 'thanos', label: 'Thanos' },
    { value: 'mimir', label: t('server.mimir', 'Mimir or Cortex') },
    { value: 'victoriametrics', label: 'VictoriaMetrics' },
  ];
}

function resolutions(): Array<ComboboxOption<SourceResolution>> {
  return [
    { value: 'raw', label: t('server.raw', 'Raw') },
    { value: '5m', label: t('server.downsampled', 'Downsampled to 5m') },
  ];
}

const minResponseMiB = 1;
const maxResponseMiB = 4096;

function judgeResponse(size?: number): string | undefined {
  return size === undefined || (Number.isInteger(size) && size >= minResponseMiB && size <= maxResponseMiB)
    ? undefined
    : t('config.cache-wrong', 'Enter a whole number between {{min}} and {{max}}', {
        min: minResponseMiB,
        max: maxResponseMiB,
      });
}
