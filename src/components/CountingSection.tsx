import React from 'react';
import { updateDatasourcePluginJsonDataOption, type DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { ConfigSubSection } from '@grafana/plugin-ui';
import { Combobox, InlineField, Input } from '@grafana/ui';

import { t } from '../i18n';
import { testIds } from '../testIds';
import type { BurnlineOptions } from '../types';

type Props = DataSourcePluginOptionsEditorProps<BurnlineOptions>;

/** How the backend counts, and how much it caches. */
export function CountingSection(props: Props) {
  const { jsonData, readOnly } = props.options;
  const settleError = judgeSettle(jsonData.settle);
  const cacheError = judgeCache(jsonData.cacheMiB);

  return (
    <ConfigSubSection title={t('config.counting', 'Counting')}>
      <InlineField
        label={t('config.settle', 'Settling time')}
        labelWidth={24}
        tooltip={t(
          'config.settle-tooltip',
          'Burnline reads data newer than this again on every refresh. Increase it if your remote write is delayed.'
        )}
        disabled={readOnly}
        invalid={Boolean(settleError)}
        error={settleError}
      >
        <Input
          id="burnline-settle"
          data-testid={testIds.configEditor.settle}
          width={24}
          placeholder="10m"
          value={jsonData.settle ?? ''}
          onChange={(event) => {
            const settle = event.currentTarget.value.trim();
            updateDatasourcePluginJsonDataOption(props, 'settle', settle === '' ? undefined : settle);
          }}
        />
      </InlineField>
      <InlineField
        label={t('config.cache', 'Cache size')}
        labelWidth={24}
        tooltip={t(
          'config.cache-tooltip',
          'Memory for settled counts. The count of one group in one cell takes about 24 bytes.'
        )}
        disabled={readOnly}
        invalid={Boolean(cacheError)}
        error={cacheError}
      >
        <Input
          id="burnline-cache-mib"
          data-testid={testIds.configEditor.cacheMiB}
          width={24}
          type="number"
          min={minCacheMiB}
          max={maxCacheMiB}
          suffix="MiB"
          placeholder="256"
          value={jsonData.cacheMiB ?? ''}
          onChange={(event) => {
            const cacheMiB = event.currentTarget.valueAsNumber;
            updateDatasourcePluginJsonDataOption(props, 'cacheMiB', Number.isNaN(cacheMiB) ? undefined : cacheMiB);
          }}
        />
      </InlineField>
      <InlineField
        label={t('config.estimator', 'Estimator')}
        labelWidth={24}
        tooltip={t(
          'config.estimator-tooltip',
          'How counters are read. Automatic reads all samples on Prometheus, and values at cell borders on other servers. Both return the same counts.'
        )}
        disabled={readOnly}
      >
        <Combobox
          id="burnline-estimator"
          data-testid={testIds.configEditor.estimator}
          width={24}
          disabled={readOnly}
          options={estimators()}
          value={jsonData.estimator ?? 'auto'}
          onChange={({ value }) =>
            updateDatasourcePluginJsonDataOption(props, 'estimator', value === 'auto' ? undefined : value)
          }
        />
      </InlineField>
    </ConfigSubSection>
  );
}

function estimators() {
  return [
    { value: 'auto' as const, label: t('config.estimator-auto', 'Automatic') },
    { value: 'samples' as const, label: t('config.estimator-samples', 'Samples') },
    { value: 'borders' as const, label: t('config.estimator-borders', 'Borders') },
  ];
}

const minCacheMiB = 16;
const maxCacheMiB = 64 * 1024;

function judgeSettle(settle?: string): string | undefined {
  return !settle || /^(\d+(ms|[smhd]))+$/.test(settle)
    ? undefined
    : t('config.settle-wrong', 'Enter a duration, for example 10m');
}

function judgeCache(cacheMiB?: number): string | undefined {
  if (cacheMiB === undefined || (Number.isInteger(cacheMiB) && cacheMiB >= minCacheMiB && cacheMiB <= maxCacheMiB)) {
    return undefined;
  }
  return t('config.cache-wrong', 'Enter a whole number between {{min}} and {{max}}', {
    min: minCacheMiB,
    max: maxCacheMiB,
  });
}
