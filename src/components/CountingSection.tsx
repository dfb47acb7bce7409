import React from 'react';
import type { DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { ConfigSubSection } from '@grafana/plugin-ui';

import { t } from '../i18n';
import { testIds } from '../testIds';
import type { BurnlineOptions } from '../types';
import { ChoiceSetting, SizeSetting, TextSetting } from './SettingFields';

const ids = testIds.configEditor;

/** How the backend counts, and how much it caches. */
export function CountingSection(props: DataSourcePluginOptionsEditorProps<BurnlineOptions>) {
  return (
    <ConfigSubSection title={t('config.counting', 'Counting')}>
      <TextSetting
        settings={props}
        option="settle"
        testId={ids.settle}
        label={t('config.settle', 'Settling time')}
        tooltip={t(
          'config.settle-tooltip',
          'Burnline reads data newer than this again on every refresh. Increase it if your remote write is delayed.'
        )}
        placeholder="10m"
        error={judgeSettle(props.options.jsonData.settle)}
      />
      <SizeSetting
        settings={props}
        option="cacheMiB"
        testId={ids.cacheMiB}
        label={t('config.cache', 'Cache size')}
        tooltip={t(
          'config.cache-tooltip',
          'Memory for settled counts. The count of one group in one cell takes about 24 bytes.'
        )}
        min={16}
        max={64 * 1024}
        placeholder="256"
      />
      <ChoiceSetting
        settings={props}
        option="estimator"
        testId={ids.estimator}
        label={t('config.estimator', 'Estimator')}
        tooltip={t(
          'config.estimator-tooltip',
          'How counters are read. Automatic reads all samples on Prometheus, and values at cell borders on other servers. Both return the same counts.'
        )}
        options={[
          { value: 'auto', label: t('config.estimator-auto', 'Automatic') },
          { value: 'samples', label: t('config.estimator-samples', 'Samples') },
          { value: 'borders', label: t('config.estimator-borders', 'Borders') },
        ]}
      />
    </ConfigSubSection>
  );
}

function judgeSettle(settle?: string): string | undefined {
  return !settle || /^(\d+(ms|[smhd]))+$/.test(settle)
    ? undefined
    : t('config.settle-wrong', 'Enter a duration, for example 10m');
}
