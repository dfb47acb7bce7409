import { GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { css } from '@emotion/css';
import React, { memo } from 'react';

import { t } from '../i18n';
import { WorkloadRow } from '../rows';
import { stateRemark, stateTone, stateWord } from '../state';
import { Arrow } from './Arrow';
import { detailId } from './DetailRow';
import { StateShape } from './StateShape';
import { getTextStyles } from './text';
import { toneText } from './tones';

interface Props {
  row: WorkloadRow;
  /** Only the shape is visible. The word is for screen readers, and appears on hover. */
  shapeOnly: boolean;
  compact: boolean;
  /** The number behind the color, if no column shows it. */
  reason?: string;
  /** The row's details are visible below it. */
  open: boolean;
  /** Expands and collapses the row with this key. */
  onToggle: (key: string) => void;
}

/** The state as shape and word, next to the button that expands the row. */
export const StateCell = memo(function StateCell({ row, shapeOnly, compact, reason, open, onToggle }: Props) {
  const theme = useTheme2();
  const styles = useStyles2(getStyles);
  const text = useStyles2(getTextStyles);
  const word = stateWord(row);
  const remark = [reason, stateRemark(row)].filter(Boolean).join(' · ');
  return (
    <div
      className={styles.state}
      style={{ color: toneText(theme, stateTone(row)) }}
      title={remark ? `${word}, ${remark}` : word}
    >
      <button
        type="button"
        className={styles.toggle}
        aria-label={t('row.burndown', 'Burndown of {{name}}', { name: row.name })}
        aria-expanded={open}
        aria-controls={open ? detailId(row) : undefined}
        onClick={() => onToggle(row.key)}
      >
        <Arrow open={open} />
      </button>
      <StateShape state={row.state} />
      <div className={shapeOnly ? text.hidden : styles.words}>
        <div className={styles.word}>{compact && reason ? `${word} ${reason}` : word}</div>
        {remark && !compact && <div className={text.sub}>{remark}</div>}
      </div>
    </div>
  );
});

const getStyles = (theme: GrafanaTheme2) => ({
  state: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1), minWidth: 0 }),
  toggle: css({
    flex: 'none',
    display: 'flex',
    margin: theme.spacing(0, -0.5, 0, -0.75),
    padding: theme.spacing(0.5),
    border: 'none',
    borderRadius: theme.shape.radius.default,
    background: 'transparent',
    color: theme.colors.text.primary,
    '&:hover': { background: theme.colors.action.hover },
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}` },
  }),
  words: css({ minWidth: 0 }),
  word: css({
    fontWeight: theme.typography.fontWeightMedium,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
  }),
});
