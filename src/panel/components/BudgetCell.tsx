import { GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { css } from '@emotion/css';
import React from 'react';

import { t } from '../i18n';
import { read, readBudget, readBudgetDetail } from '../readings';
import { WorkloadRow } from '../rows';
import { stateTone } from '../state';
import { readingColor } from './readingColor';
import { getTextStyles } from './text';
import { toneFill } from './tones';

interface Props {
  row: WorkloadRow;
  /** The number stands over the bar instead of beside it. */
  narrow: boolean;
  compact: boolean;
}

/** What is left of the error budget: as a bar with a tick where it stood a day ago, as a share, in events and minutes. */
export function BudgetCell({ row, narrow, compact }: Props) {
  const theme = useTheme2();
  const styles = useStyles2(getStyles);
  const text = useStyles2(getTextStyles);
  const budget = readBudget(row);
  const dayAgo =
    row.budgetAgo === null
      ? undefined
      : t('budget.day-ago', '{{share}} a day ago', { share: read(row.fields.budget_ago, row.budgetAgo, 1).text });
  const detail = readBudgetDetail(row);
  const overspent = row.budget !== null && row.budget <= 0;
  const fill = budget.color ?? toneFill(theme, stateTone(row));
  return (
    <div title={[detail, dayAgo].filter(Boolean).join(', ')}>
      <div className={narrow ? styles.stacked : styles.beside}>
        <div
          className={styles.track}
          style={overspent ? { boxShadow: `inset 0 0 0 1px ${fill}` } : undefined}
          aria-hidden="true"
        >
          <div className={styles.fill} style={{ width: `${clamp(row.budget) * 100}%`, background: fill }} />
          {row.budgetAgo !== null && (
            <div className={styles.tick} style={{ left: `${clamp(row.budgetAgo) * 100}%` }} data-testid="budget tick" />
          )}
        </div>
        <div className={styles.number} style={{ color: readingColor(theme, budget) }} data-testid="budget">
          {budget.text}
        </div>
      </div>
      {!compact && !narrow && detail && <div className={text.sub}>{detail}</div>}
      {dayAgo && <span className={text.hidden}>, {dayAgo}</span>}
    </div>
  );
}

function clamp(share: number | null): number {
  return Math.min(1, Math.max(0, share ?? 0));
}

const getStyles = (theme: GrafanaTheme2) => ({
  beside: css({ display: 'grid', gridTemplateColumns: '1fr 62px', alignItems: 'center', gap: theme.spacing(1.5) }),
  stacked: css({ display: 'flex', flexDirection: 'column-reverse', gap: theme.spacing(0.5) }),
  track: css({
    position: 'relative',
    minWidth: 0,
    height: theme.spacing(1),
    background: theme.colors.emphasize(theme.colors.background.primary, theme.isDark ? 0.12 : 0.08),
    borderRadius: theme.shape.radius.sm,
  }),
  fill: css({ height: '100%', borderRadius: theme.shape.radius.sm }),
  tick: css({
    position: 'absolute',
    top: '-3px',
    bottom: '-3px',
    width: '2px',
    marginLeft: '-1px',
    background: theme.colors.text.primary,
    boxShadow: `0 0 0 1px ${theme.colors.background.primary}`,
  }),
  number: css({
    textAlign: 'right',
    fontWeight: theme.typography.fontWeightMedium,
    fontVariantNumeric: 'tabular-nums',
    whiteSpace: 'nowrap',
  }),
});
