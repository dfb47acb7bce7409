import { GrafanaTheme2, dateTimeFormat } from '@grafana/data';
import { FilterInput, useStyles2 } from '@grafana/ui';
import { css } from '@emotion/css';
import React from 'react';

import { Stored } from '../access';
import { Filter, withState } from '../filter';
import { t } from '../i18n';
import { Shown } from '../lastGood';
import { roughly, spaced } from '../readings';
import { Summary } from '../summary';
import { StateFilter } from './StateFilter';

interface Props {
  summary: Summary;
  /** Milliseconds since 1970. */
  instant?: number;
  /** The result is from Grafana's query cache. */
  cached: boolean;
  timeZone: string;
  /** The rows are from an earlier result. */
  stale: boolean;
  /** Where the rows come from, if not from a query of this dashboard. */
  stored?: Stored;
  /** The SLOs of the rows, while others are read. */
  progress?: Shown['progress'];
  filter: Filter;
  onFilter: (filter: Filter) => void;
  /** Whether to show the text filter. */
  words: boolean;
  /** Number of rows that match the filter, if it excludes any. */
  shown?: number;
  /** The panel's menu. */
  children?: React.ReactNode;
}

/** The line above the table: the number of workloads, their states, and the time of the result. */
export function SummaryBar(props: Props) {
  const { summary, instant, cached, timeZone, stale, stored, progress, filter, onFilter, words, shown, children } =
    props;
  const styles = useStyles2(getStyles);
  const { workloads, objectives, states, windows } = summary;
  return (
    <div className={styles.bar} data-testid="summary">
      {stale && (
        <strong className={styles.stale}>
          {instant === undefined
            ? t('summary.stale', 'stale')
            : t('summary.stale-for', 'stale, {{age}} old', { age: ageText(instant) })}
        </strong>
      )}
      {stored && <strong>{storedText(stored)}</strong>}
      {progress && (
        <strong className={styles.progress}>
          <progress value={progress.read} max={progress.of} aria-hidden="true" />
          {t('summary.progress', 'So far {{read}} of {{total}} SLOs', { read: progress.read, total: progress.of })}
        </strong>
      )}
      <span role="status">
        {shown === undefined
          ? countWorkloads(workloads)
          : t('summary.shown', '{{shown}} of {{workloads}}', { shown, workloads: countWorkloads(workloads) })}
        {objectives > workloads && `, ${t('summary.objectives', '{{count}} objectives', { count: objectives })}`}
      </span>
      <StateFilter states={states} chosen={filter.states} onToggle={(state) => onFilter(withState(filter, state))} />
      <span className={styles.context}>
        {[
          windows.length > 0 && t('summary.window', 'window {{windows}}', { windows: windows.map(spaced).join(', ') }),
          instant !== undefined && t('summary.at', 'at {{time}}', { time: timeText(instant, timeZone) }),
          cached && t('summary.cached', 'from Grafana’s query cache'),
        ]
          .filter(Boolean)
          .join(', ')}
      </span>
      {words && (
        <div className={styles.words}>
          <FilterInput
            aria-label={t('filter.label', 'Filter the workloads')}
            placeholder={t('filter.placeholder', 'Filter')}
            value={filter.text}
            onChange={(text) => onFilter({ ...filter, text })}
            escapeRegex={false}
          />
        </div>
      )}
      {children}
    </div>
  );
}

function storedText(stored: Stored): string {
  return stored === 'snapshot'
    ? t('summary.snapshot', 'Snapshot: stored rows')
    : t('summary.public', 'Public dashboard: rows without details');
}

function ageText(instant: number): string {
  return roughly((Date.now() - instant) / 1000);
}

/** The time, with its date unless it is today. */
function timeText(instant: number, timeZone: string): string {
  const day = (time: number) => dateTimeFormat(time, { timeZone, format: 'YYYY-MM-DD' });
  const format = day(instant) === day(Date.now()) ? 'HH:mm' : 'YYYY-MM-DD HH:mm';
  return dateTimeFormat(instant, { timeZone, format });
}

function countWorkloads(count: number): string {
  return count === 1 ? t('summary.workload', '1 workload') : t('summary.workloads', '{{count}} workloads', { count });
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    columnGap: theme.spacing(1.5),
    rowGap: theme.spacing(0.5),
    padding: theme.spacing(0.25, 1.5, 0.75),
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    fontVariantNumeric: 'tabular-nums',
  }),
  stale: css({ color: theme.colors.error.text }),
  progress: css({
    display: 'inline-flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    color: theme.colors.text.primary,
    '& progress': { width: 80, accentColor: theme.colors.primary.main },
  }),
  context: css({ marginLeft: 'auto', whiteSpace: 'nowrap' }),
  words: css({ flex: '0 1 190px', minWidth: 110 }),
});
