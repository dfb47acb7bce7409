import { GrafanaTheme2, PanelData, dateTimeFormat } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { css } from '@emotion/css';
import React from 'react';

import { Stored, storedRows } from '../access';
import { Likelihood, readChanges } from '../changes';
import { t } from '../i18n';
import { changesRequest } from '../rowQuery';
import { WorkloadRow } from '../rows';
import { useRowQuery } from './useRowQuery';

interface Props {
  row: WorkloadRow;
  data: PanelData;
  /** Milliseconds since 1970. */
  instant?: number;
  timeZone: string;
  /** Pixels. */
  height: number;
}

/** The three likeliest causes of a row's bad events in the panel's time range. */
export function Changes({ row, data, instant, timeZone, height }: Props) {
  const styles = useStyles2(getStyles);
  const stored = storedRows(data);
  const request = stored ? undefined : changesRequest(row, data.request);
  const { value: changes = [], loading, error } = useRowQuery(request, instant, readChanges);
  const instead = insteadOf(row, stored, Boolean(request), loading, error);
  return (
    <div className={styles.changes} style={{ height }} tabIndex={0} data-testid="changes">
      <table className={styles.table}>
        <thead>
          <tr>
            <th className={styles.time}>{t('changes.time', 'Time')}</th>
            <th>{t('changes.change', 'Changes in the time range')}</th>
            <th className={styles.likelihood}>{t('changes.likelihood', 'Likely cause')}</th>
            <th className={styles.number}>{t('changes.excess', 'Bad events in excess')}</th>
            <th className={styles.number}>{t('changes.spent', 'Budget spent since')}</th>
          </tr>
        </thead>
        <tbody>
          {changes.map(({ time, title, details, likelihood, excess, spent }, index) => (
            <tr key={index}>
              <td>{dateTimeFormat(time, { timeZone, format: 'MM-DD HH:mm' })}</td>
              <td>{[title, details].filter(Boolean).join(', ')}</td>
              <td className={likelihood && styles[likelihood]}>{likelihoodName(likelihood)}</td>
              <td className={styles.number}>{excess}</td>
              <td className={styles.number}>{spent}</td>
            </tr>
          ))}
          {changes.length === 0 && (
            <tr>
              <td colSpan={5}>{instead ?? t('changes.none', 'No changes were found.')}</td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

/** Why there is no list of changes. */
function insteadOf(
  { about }: WorkloadRow,
  stored: Stored | undefined,
  isQueried: boolean,
  loading: boolean,
  error?: string
): string | undefined {
  switch (stored) {
    case 'snapshot':
      return t('changes.snapshot', 'The snapshot contains no changes.');
    case 'public':
      return t('changes.public', 'A public dashboard shows no changes. Sign in to Grafana to see the changes.');
  }
  if (about?.slices) {
    return t('changes.slices', 'This SLO has no single events to compare with changes.');
  }
  if (!isQueried) {
    return t('changes.other', 'Changes require a Burnline data source.');
  }
  return loading ? t('changes.reading', 'Loading the changes…') : error;
}

function likelihoodName(likelihood: Likelihood): string {
  switch (likelihood) {
    case 'likely':
      return t('changes.likely', 'likely');
    case 'possible':
      return t('changes.possible', 'possible');
    case 'unlikely':
      return t('changes.unlikely', 'unlikely');
    default:
      return '';
  }
}

const getStyles = (theme: GrafanaTheme2) => ({
  changes: css({ flex: '0 0 100%', overflow: 'auto', fontSize: theme.typography.bodySmall.fontSize }),
  table: css({
    width: '100%',
    tableLayout: 'fixed',
    fontVariantNumeric: 'tabular-nums',
    'th, td': {
      overflow: 'hidden',
      textOverflow: 'ellipsis',
      whiteSpace: 'nowrap',
      paddingRight: theme.spacing(2),
      lineHeight: 1.7,
    },
    th: { color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightRegular, textAlign: 'left' },
  }),
  time: css({ width: 100 }),
  likelihood: css({ width: 100 }),
  number: css({ width: '18%', '&&': { textAlign: 'right' } }),
  likely: css({ color: theme.colors.error.text }),
  possible: css({ color: theme.colors.warning.text }),
  unlikely: css({ color: theme.colors.text.secondary }),
});
