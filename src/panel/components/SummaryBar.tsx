import { GrafanaTheme2, dateTimeFormat } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { css } from '@emotion/css';
import React from 'react';

import { spaced } from '../readings';
import { Summary } from '../summary';
import { Counts } from './Counts';

interface Props {
  summary: Summary;
  /** Milliseconds since 1970. */
  instant?: number;
  timeZone: string;
  /** The rows are of an earlier answer. */
  stale: boolean;
}

/** The line over the table: how many workloads, how many of them in which state, and for which moment that holds. */
export function SummaryBar({ summary, instant, timeZone, stale }: Props) {
  const styles = useStyles2(getStyles);
  const { workloads, objectives, states, windows } = summary;
  return (
    <div className={styles.bar} role="status" data-testid="summary">
      {stale && <strong className={styles.stale}>stale</strong>}
      <span>{count(workloads, 'workload')}</span>
      {objectives > workloads && <span>{count(objectives, 'objective')}</span>}
      <Counts states={states} />
      <span className={styles.context}>
        {windows.length > 0 && `window ${windows.map(spaced).join(', ')}`}
        {instant !== undefined && ` · at ${dateTimeFormat(instant, { timeZone, format: 'HH:mm' })}`}
      </span>
    </div>
  );
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    columnGap: theme.spacing(2),
    padding: theme.spacing(0.5, 1.5, 0.75),
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    fontVariantNumeric: 'tabular-nums',
  }),
  stale: css({ color: theme.colors.error.text }),
  context: css({ marginLeft: 'auto', whiteSpace: 'nowrap' }),
});
