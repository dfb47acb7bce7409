import { GrafanaTheme2, PanelData } from '@grafana/data';
import { Alert, useStyles2 } from '@grafana/ui';
import { css } from '@emotion/css';
import React from 'react';

import { t } from '../i18n';

interface Props {
  messages: string[];
  /** Earlier rows are shown below. */
  stale: boolean;
}

/** The error message of a failed query, and the age of the rows below it, if any. */
export function Failure({ messages, stale }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.margin}>
      <Alert severity="error" title={t('failure.title', 'Failed to load workloads')} bottomSpacing={0}>
        {messages.map((message) => (
          <div key={message}>{message}</div>
        ))}
        {stale && <div>{t('failure.stale', 'The rows below are from the last successful refresh.')}</div>}
      </Alert>
    </div>
  );
}

/** The distinct messages of a failed result, at most one per query. */
export function errorMessages({ errors = [] }: PanelData): string[] {
  const messages = errors.map(({ refId, message, data, statusText }) => {
    const text =
      message ?? data?.message ?? statusText ?? t('failure.no-reason', 'The data source returned no reason.');
    return refId && errors.length > 1 ? `${refId}: ${text}` : text;
  });
  return [...new Set(messages)];
}

const getStyles = (theme: GrafanaTheme2) => ({
  margin: css({ padding: theme.spacing(0, 1, 0.5) }),
});
