import { GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { css } from '@emotion/css';
import React from 'react';

import { t } from '../i18n';
import { readBudget } from '../readings';
import { WorkloadRow } from '../rows';
import { budgetTone } from '../state';
import { readingColor } from './readingColor';
import { getTextStyles } from './text';
import { toneFill } from './tones';

interface Props {
  row: WorkloadRow;
  /** The number is above the bar instead of next to it. */
  narrow: boolean;
}

/** The remaining error budget: a bar, a share, and the percentage points lost in a day. */
export function BudgetCell({ row, narrow }: Props) {
  const theme = useTheme2();
  const styles = useStyles2(getStyles);
  const text = useStyles2(getTextStyles);
  const budget = readBudget(row);
  const lost = lostPoints(row);
  const overspent = row.budget !== null && row.budget <= 0;
  const fill = budget.color ?? toneFill(theme, budgetTone(row.budget, row.low));
  return (
    <div className={narrow ? styles.stacked : styles.adjacent}>
      <div
        className={styles.track}
        style={overspent ? { boxShadow: `inset 0 0 0 1px ${fill}` } : undefined}
        aria-hidden="true"
      >
        <div className={styles.fill} style={{ width: `${clamp(row.budget) * 100}%`, background: fill }} />
      </div>
      <div className={styles.number} style={{ color: readingColor(theme, budget) }} data-testid="budget">
        {budget.text}
      </div>
      {!narrow && (
        <div className={text.sub}>
          {lost !== undefined && (
            <>
              <span aria-hidden="true">▼ {lost}</span>
              <span className={text.hidden}>
                {t('budget.lost', '{{points}} percentage points lost in a day', { points: lost })}
              </span>
            </>
          )}
        </div>
      )}
    </div>
  );
}

/** In a calendar window, the earlier number may be of another period, so there is none. */
function lostPoints({ budget, budgetAgo, window }: WorkloadRow): number | undefined {
  if (budget === null || budgetAgo === null || (window && !/^\d/.test(window))) {
    return undefined;
  }
  const points = Math.round(100 * (budgetAgo - budget));
  return points > 0 ? points : undefined;
}

function clamp(share: number | null): number {
  return Math.min(1, Math.max(0, share ?? 0));
}

// Themes before Grafana 12.4 have one radius.
function smallRadius({ shape: { radius } }: GrafanaTheme2): string {
  return (radius as { sm?: string }).sm ?? radius.default;
}

const getStyles = (theme: GrafanaTheme2) => ({
  adjacent: css({ display: 'grid', gridTemplateColumns: '1fr 62px 40px', alignItems: 'center', gap: theme.spacing(1) }),
  stacked: css({ display: 'flex', flexDirection: 'column-reverse', gap: theme.spacing(0.5) }),
  track: css({
    position: 'relative',
    minWidth: 0,
    height: theme.spacing(1),
    background: theme.colors.emphasize(theme.colors.background.primary, theme.isDark ? 0.12 : 0.08),
    borderRadius: smallRadius(theme),
  }),
  fill: css({ height: '100%', borderRadius: smallRadius(theme) }),
  number: css({
    textAlign: 'right',
    fontWeight: theme.typography.fontWeightMedium,
    fontVariantNumeric: 'tabular-nums',
    whiteSpace: 'nowrap',
  }),
});
