import React from 'react';
import {
  updateDatasourcePluginJsonDataOption,
  type DataSourceInstanceSettings,
  type DataSourcePluginOptionsEditorProps,
} from '@grafana/data';
import { ConfigSubSection } from '@grafana/plugin-ui';
import { DataSourcePicker } from '@grafana/runtime';
import { InlineField, Input, Stack } from '@grafana/ui';

import { t } from '../i18n';
import type { BurnlineOptions, LinkTarget } from '../types';

type Props = DataSourcePluginOptionsEditorProps<BurnlineOptions>;

const KINDS = ['traces', 'logs', 'metrics'] as const;

/** The data sources that links of failing requests open. */
export function LinksSection(props: Props) {
  const { jsonData, readOnly: disabled } = props.options;
  const titles = {
    traces: t('config.traces', 'Traces'),
    logs: t('config.logs', 'Logs'),
    metrics: t('config.metrics', 'Metrics'),
  };
  return (
    <ConfigSubSection
      title={t('config.links', 'Links')}
      description={t('config.links-explained', 'Data sources that links of rows, alerts and failing requests open.')}
    >
      {KINDS.map((kind) => {
        const target = jsonData[kind] ?? {};
        const change = (patch: LinkTarget) =>
          updateDatasourcePluginJsonDataOption(props, kind, { ...target, ...patch });
        return (
          <Stack key={kind} wrap="wrap" gap={1}>
            <InlineField label={titles[kind]} labelWidth={12} disabled={disabled}>
              <DataSourcePicker
                inputId={`burnline-${kind}`}
                width={30}
                noDefault
                tracing={kind === 'traces' || undefined}
                logs={kind === 'logs' || undefined}
                type={kind === 'metrics' ? 'prometheus' : undefined}
                disabled={disabled}
                current={target.datasourceUid ?? null}
                onChange={({ uid }: DataSourceInstanceSettings) => change({ datasourceUid: uid })}
                onClear={() => updateDatasourcePluginJsonDataOption(props, kind, undefined)}
              />
            </InlineField>
            <InlineField
              label={t('config.link-tags', 'Labels')}
              disabled={disabled}
              tooltip={t(
                'config.link-tags-tooltip',
                'Labels of groups and their names in the data source. By default, all labels are used.'
              )}
            >
              <Input
                width={40}
                placeholder="namespace=k8s_namespace_name, workload=app"
                aria-label={t('config.link-tags-of', '{{link}}: Labels', { link: titles[kind] })}
                key={formatTags(target.tags)}
                defaultValue={formatTags(target.tags)}
                onBlur={({ currentTarget: { value } }) => change({ tags: parseTags(value) })}
              />
            </InlineField>
            <InlineField
              label={t('config.link-query', 'Query')}
              disabled={disabled}
              tooltip={t(
                'config.link-query-tooltip',
                'The query that the link opens. ${__tags} is replaced by the labels.'
              )}
            >
              <Input
                width={40}
                placeholder={PLACEHOLDERS[kind]}
                aria-label={t('config.link-query-of', '{{link}}: Query', { link: titles[kind] })}
                value={target.query ?? ''}
                onChange={({ currentTarget: { value } }) => change({ query: value || undefined })}
              />
            </InlineField>
          </Stack>
        );
      })}
    </ConfigSubSection>
  );
}

const PLACEHOLDERS = {
  traces: '{${__tags} && status = error}',
  logs: '{${__tags}}',
  metrics: 'rate(http_requests_total{${__tags}}[5m])',
};

function formatTags(tags: LinkTarget['tags'] = []): string {
  return tags.map(({ key, value }) => (value ? `${key}=${value}` : key)).join(', ');
}

/** Labels as a list such as "namespace=k8s_namespace, pod"; undefined for an empty one. */
export function parseTags(text: string): LinkTarget['tags'] {
  const tags = text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => {
      const [key, ...name] = part.split('=');
      const value = name.join('=').trim();
      return { key: key.trim(), ...(value && { value }) };
    });
  return tags.length > 0 ? tags : undefined;
}
