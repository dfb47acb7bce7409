import React from 'react';
import {
  updateDatasourcePluginJsonDataOption,
  type DataSourceInstanceSettings,
  type DataSourcePluginOptionsEditorProps,
} from '@grafana/data';
import { ConfigSubSection } from '@grafana/plugin-ui';
import { DataSourcePicker } from '@grafana/runtime';
import { InlineField } from '@grafana/ui';

import { t } from '../i18n';
import { testIds } from '../testIds';
import type { BurnlineOptions } from '../types';

type Props = DataSourcePluginOptionsEditorProps<BurnlineOptions>;

/** The data source for "Open in Explore" in the query editor. */
export function ExploreSection(props: Props) {
  const { jsonData, readOnly } = props.options;
  return (
    <ConfigSubSection title={t('config.explore', 'Explore')}>
      <InlineField
        label={t('config.prometheus', 'Prometheus data source')}
        labelWidth={24}
        tooltip={t(
          'config.prometheus-tooltip',
          'Opens generated PromQL in Explore. Select a data source for the same server. By default it is Grafana’s default or first one.'
        )}
        disabled={readOnly}
      >
        <div data-testid={testIds.configEditor.prometheus}>
          <DataSourcePicker
            inputId="burnline-prometheus"
            type="prometheus"
            width={40}
            noDefault
            disabled={readOnly}
            current={jsonData.prometheusUid ?? null}
            onChange={({ uid }: DataSourceInstanceSettings) =>
              updateDatasourcePluginJsonDataOption(props, 'prometheusUid', uid)
            }
            onClear={() => updateDatasourcePluginJsonDataOption(props, 'prometheusUid', undefined)}
          />
        </div>
      </InlineField>
    </ConfigSubSection>
  );
}
