import React from 'react';
import { updateDatasourcePluginJsonDataOption, type DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { ConfigSubSection } from '@grafana/plugin-ui';
import { Combobox, InlineField, Input, type ComboboxOption } from '@grafana/ui';

import { testIds } from '../testIds';
import type { BurnlineOptions, Dialect, SourceResolution } from '../types';

type Props = DataSourcePluginOptionsEditorProps<BurnlineOptions>;

/** Settings of the server that cannot be detected, or that override the detected ones. */
export function ServerSection(props: Props) {
  const { jsonData, readOnly } = props.options;
  const dialect = jsonData.dialect ?? 'auto';
  const replicaLabels = jsonData.replicaLabels ?? [];

  return (
    <ConfigSubSection title="Server">
      <InlineField
        label="Server type"
        labelWidth={24}
        tooltip="Detected automatically. Set it if a gateway hides the server's build information."
        disabled={readOnly}
      >
        <Combobox
          id="burnline-dialect"
          data-testid={testIds.configEditor.dialect}
          width={24}
          options={dialects}
          value={dialect}
          onChange={({ value }) =>
            updateDatasourcePluginJsonDataOption(props, 'dialect', value === 'auto' ? undefined : value)
          }
        />
      </InlineField>
      {dialect !== 'prometheus' && dialect !== 'victoriametrics' && (
        <InlineField
          label="Tenant"
          labelWidth={24}
          tooltip="Sent as X-Scope-OrgID and THANOS-TENANT. Separate several tenants with |."
          disabled={readOnly}
        >
          <Input
            id="burnline-tenant"
            data-testid={testIds.configEditor.tenant}
            width={24}
            placeholder="none"
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
            label="Replica labels"
            labelWidth={24}
            tooltip="Labels that distinguish replicas, separated by commas. The default is the configuration of Thanos."
            disabled={readOnly}
          >
            <Input
              id="burnline-replica-labels"
              data-testid={testIds.configEditor.replicaLabels}
              width={40}
              placeholder="from Thanos"
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
            label="Maximum resolution"
            labelWidth={24}
            tooltip="Use 5m only if Thanos keeps raw data for less than your SLO window. Results are then approximate."
            disabled={readOnly}
          >
            <Combobox
              id="burnline-source-resolution"
              data-testid={testIds.configEditor.maxSourceResolution}
              width={24}
              options={resolutions}
              value={jsonData.maxSourceResolution ?? 'raw'}
              onChange={({ value }) =>
                updateDatasourcePluginJsonDataOption(props, 'maxSourceResolution', value === 'raw' ? undefined : value)
              }
            />
          </InlineField>
        </>
      )}
    </ConfigSubSection>
  );
}

const dialects: Array<ComboboxOption<Dialect>> = [
  { value: 'auto', label: 'Automatic' },
  { value: 'prometheus', label: 'Prometheus' },
  { value: 'thanos', label: 'Thanos' },
  { value: 'mimir', label: 'Mimir or Cortex' },
  { value: 'victoriametrics', label: 'VictoriaMetrics' },
];

const resolutions: Array<ComboboxOption<SourceResolution>> = [
  { value: 'raw', label: 'Raw' },
  { value: '5m', label: 'Downsampled to 5m' },
];
