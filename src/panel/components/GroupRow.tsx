import { GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { css } from '@emotion/css';
import React, { memo } from 'react';

import { t } from '../i18n';
import { Group } from '../order';
import { stateName } from '../state';
import { summarise } from '../summary';
import { Arrow } from './Arrow';
import { StateShape } from './StateShape';
import { CONTAINED_LINE, WHOLE_CELL } from './lines';
import { toneText } from './tones';

interface Props {
  group: Group;
  collapsed: boolean;
  /** Collapses and expands the group of a namespace. */
  onToggle: (namespace: string) => void;
  /** Number of columns that the heading spans. */
  span: number;
  /** Pixels. */
  height: number;
  /** Index of the line in the whole table, from 1. */
  rowIndex: number;
}

/** The heading of a namespace. Collapsed, it summarizes its rows. */
export const GroupRow = memo(function GroupRow({ group, collapsed, onToggle, span, height, rowIndex }: Props) {
  const theme = useTheme2();
  const styles = useStyles2(getStyles);
  const { workloads, states } = summarise(group.rows);
  const trouble = states.filter(({ state }) => state !== 'ok');
  return (
    <tr role="row" aria-rowindex={rowIndex} className={styles.row} style={{ height }}>
      <td role="cell" aria-colspan={span} className={styles.cell}>
        <button
          type="button"
          className={styles.button}
          aria-expanded={!collapsed}
          onClick={() => onToggle(group.namespace)}
        >
          <Arrow open={!collapsed} />
          {group.pinned ? (
            <strong className={styles.name}>{t('group.attention', 'Needs attention')}</strong>
          ) : (
            <span>
              {t('group.namespace', 'namespace')}{' '}
              <strong className={styles.name}>{group.namespace || t('group.none', 'none')}</strong>
            </span>
          )}
          <span>
            {workloads === 1
              ? t('group.workload', '1 workload')
              : t('group.workloads', '{{count}} workloads', { count: workloads })}
          </span>
          {trouble.map(({ state, count, tone }) => (
            <span key={state} className={styles.count} style={{ color: toneText(theme, tone) }}>
              <StateShape state={state} size={10} />
              {count} {stateName(state)}
            </span>
          ))}
        </button>
      </td>
    </tr>
  );
});

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({
    ...CONTAINED_LINE,
    background: theme.colors.background.secondary,
    borderBottom: `1px solid ${theme.colors.border.weak}`,
  }),
  cell: css(WHOLE_CELL),
  button: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    width: '100%',
    overflow: 'hidden',
    whiteSpace: 'nowrap',
    padding: theme.spacing(0, 1.25),
    border: 'none',
    background: 'transparent',
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    textAlign: 'left',
    '&:hover': { color: theme.colors.text.primary },
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: '-2px' },
  }),
  count: css({ display: 'inline-flex', alignItems: 'center', gap: theme.spacing(0.5), whiteSpace: 'nowrap' }),
  name: css({ color: theme.colors.text.primary, fontWeight: theme.typography.fontWeightMedium }),
});
