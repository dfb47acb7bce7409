import { DataFrame, GrafanaTheme2, QueryResultMetaNotice } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';
import { css } from '@emotion/css';
import React from 'react';

import { t } from '../i18n';
import { isWorkloadsFrame } from '../rows';

interface Props {
  series: DataFrame[];
  notices: QueryResultMetaNotice[];
}

/** No rows: what the data source searched for, and what to do next. */
export function Empty({ series, notices }: Props) {
  const styles = useStyles2(getStyles);
  const { title, next } = explain(series);
  return (
    <div className={styles.center} role="status" tabIndex={0}>
      <Icon name="search" size="xxl" className={styles.icon} />
      <div className={styles.title}>{title}</div>
      {notices.map(({ text }) => (
        <div key={text} className={styles.line}>
          {text}
        </div>
      ))}
      <div className={styles.line}>{next}</div>
    </div>
  );
}

function explain(series: DataFrame[]): { title: string; next: string } {
  if (series.some(isWorkloadsFrame)) {
    return {
      title: t('empty.none', 'No workloads found'),
      next: t(
        'empty.check',
        'Check that the metrics exist in the last 30 days and that the selectors of the SLO match them, or select another SLO.'
      ),
    };
  }
  if (series.some((frame) => frame.fields.length > 0)) {
    return {
      title: t('empty.other', 'This panel requires workload data'),
      next: t(
        'empty.fields',
        'Rows need a number field "state" or "budget". With the Burnline data source, set the query type to Workloads.'
      ),
    };
  }
  return {
    title: t('empty.none', 'No workloads found'),
    next: t('empty.add', 'Add a query of type Workloads to a Burnline data source, and SLOs to its catalog.'),
  };
}

const getStyles = (theme: GrafanaTheme2) => ({
  center: css({
    flex: '1 1 auto',
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    justifyContent: 'safe center', // otherwise the beginning of a long text could not be reached by scrolling
    gap: theme.spacing(1),
    padding: theme.spacing(2),
    textAlign: 'center',
    overflow: 'auto',
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: -2 },
  }),
  icon: css({ color: theme.colors.text.disabled }),
  title: css({ fontSize: theme.typography.h4.fontSize, fontWeight: theme.typography.fontWeightMedium }),
  line: css({ maxWidth: '60ch', color: theme.colors.text.secondary, overflowWrap: 'anywhere' }),
});
