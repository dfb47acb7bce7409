import React, { useCallback } from 'react';
import type { RawTimeRange } from '@grafana/data';
import { Alert, ClipboardButton, LinkButton, Stack, Text } from '@grafana/ui';

import { t } from '../i18n';
import type { DataSource } from '../datasource';
import { exploreUrl, prometheusUidFor } from '../explore';
import { isAnswerable } from '../queries';
import type { Explained } from '../resources';
import { testIds } from '../testIds';
import type { BurnlineQuery } from '../types';
import { useAnswer } from '../useAnswer';
import { RereadButton } from './RereadButton';

export interface PreviewProps {
  query: BurnlineQuery;
  datasource: DataSource;
  range?: RawTimeRange;
  onRunQuery: () => void;
}

const askAfterMs = 400;

/** The PromQL that counts the query's events: to read, copy, or open in Explore. */
export function Preview({ query, datasource, range, onRunQuery }: PreviewProps) {
  const { refId, slos, inline, groupBy, policy, filters } = query;
  const counted = JSON.stringify({ refId, slos, inline, groupBy, policy, filters });
  const ask = useCallback((json: string) => datasource.getPreview(JSON.parse(json)), [datasource]);
  const answerable = isAnswerable({ refId, inline });
  const { value, error, pending } = useAnswer(answerable ? counted : undefined, ask, askAfterMs);

  return (
    <Stack direction="column" gap={2}>
      {error && <Alert severity="warning" title={error} />}
      {!answerable && (
        <Text color="secondary">{t('preview.incomplete', 'Complete the SLO above to see its PromQL.')}</Text>
      )}
      {pending && !value && <Text color="secondary">{t('preview.loading', 'Loading…')}</Text>}
      {value?.slos.map((one) => (
        <OneSLO key={one.slo} one={one} datasource={datasource} range={range} />
      ))}
      {value && value.more > 0 && (
        <Text color="secondary">{t('preview.more', 'and {{count}} more SLOs', { count: value.more })}</Text>
      )}
      {value && (
        <Text variant="bodySmall" color="secondary">
          {t(
            'preview.note',
            'Equivalent PromQL. Burnline counts raw counter values instead. To see the requests it sent, open the query inspector.'
          )}
        </Text>
      )}
      <RereadButton datasource={datasource} onDone={onRunQuery} />
    </Stack>
  );
}

function OneSLO({ one, datasource, range }: { one: Explained; datasource: DataSource; range?: RawTimeRange }) {
  const uid = prometheusUidFor(datasource.prometheusUid);
  return (
    <Stack direction="column" gap={1}>
      <Stack direction="row" gap={1} alignItems="center" justifyContent="space-between">
        <Text element="p" variant="h6">
          {one.slo}
        </Text>
        {uid ? (
          <LinkButton
            size="sm"
            variant="secondary"
            icon="compass"
            target="_blank"
            rel="noopener"
            href={exploreUrl(
              uid,
              one.expressions.map(({ expr }) => expr),
              range
            )}
          >
            {t('preview.explore', 'Open in Explore')}
          </LinkButton>
        ) : (
          <Text variant="bodySmall" color="secondary">
            {t('preview.no-prometheus', 'To open this in Explore, add a Prometheus data source to Grafana.')}
          </Text>
        )}
      </Stack>
      {one.expressions.map(({ title, expr }) => (
        <Stack key={title} direction="column" gap={0}>
          <Stack direction="row" gap={0.5} alignItems="center">
            <Text variant="bodySmall" color="secondary">
              {title}
            </Text>
            <ClipboardButton
              size="sm"
              fill="text"
              variant="secondary"
              icon="copy"
              aria-label={t('preview.copy', 'Copy: {{title}}', { title })}
              getText={() => expr}
            />
          </Stack>
          <Text variant="code">
            <span data-testid={testIds.queryEditor.previewExpr}>{expr}</span>
          </Text>
        </Stack>
      ))}
      {one.notices.map((notice) => (
        <Text key={notice} variant="bodySmall" color="secondary">
          {notice}
        </Text>
      ))}
    </Stack>
  );
}
