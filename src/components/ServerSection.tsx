import React from 'react';
import { updateDatasourcePluginJsonDataOption, type DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { ConfigSubSection } from '@grafana/plugin-ui';
import { Combobox, InlineField, Input, type ComboboxOption } from '@grafana/ui';

import { testIds } from '../testIds';
import type { BurnlineOptions, Dialect, SourceResolution } from '../types';

type Props = DataSourcePluginOptionsEditorProps<BurnlineOptions>;

/** What the server behind the URL is, and what it does not tell by itself. */
export function ServerSection(props: Props) {
  const { jsonData, readOnly } = props.options;
  const dialect = jsonData.dialect ?? 'auto';
  const replicaLabels = jsonData.replicaLabels ?? [];

  return (
    <ConfigSubSection title="Server">
      <InlineField
        label="Kind of server"
        labelWidth={24}
        tooltip="Found out by asking. Name it where a gateway keeps the server's build information to itself."
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
          tooltip="Sent to Mimir or Cortex as X-Scope-OrgID, to Thanos as THANOS-TENANT. Several are joined by |."
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
            tooltip="Labels that tell replicas apart, separated by commas. Empty: those that Thanos is configured with."
            disabled={readOnly}
          >
            <Input
              id="burnline-replica-labels"
              data-testid={testIds.configEditor.replicaLabels}
              width={40}
              placeholder="as configured in Thanos"
              defaultValue={replicaLabels.join(', ')}
              onBlur={(event) => {
                const labels = event.currentTarget.value.split(/[\s,]+/).filter(Boolean);
                updateDatasourcePluginJsonDataOption(props, 'replicaLabels', labels.length > 0 ? labels : undefined);
              }}
            />
          </InlineField>
          <InlineField
            label="Coarsest data"
            labelWidth={24}
            tooltip="Only raw data is exact. Where raw data is kept for less time than a window is long, downsampled data may stand for it in cells of an hour."
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
  { value: 'auto', label: 'Ask the server' },
  { value: 'prometheus', label: 'Prometheus' },
  { value: 'thanos', label: 'Thanos' },
  { value: 'mimir', label: 'Mimir or Cortex' },
  { value: 'victoriametrics', label: 'VictoriaMetrics' },
];

const resolutions: Array<ComboboxOption<SourceResolution>> = [
  { value: 'raw', label: 'Raw' },
  { value: '5m', label: 'Downsampled to 5m' },
];
