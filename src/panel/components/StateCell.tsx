import { GrafanaTheme2 } from '@grafana/data';
import { IconButton, useStyles2, useTheme2 } from '@grafana/ui';
import { css } from '@emotion/css';
import React from 'react';

import { WorkloadRow } from '../rows';
import { stateRemark, stateTone, stateWord } from '../state';
import { detailId } from './DetailRow';
import { StateShape } from './StateShape';
import { getTextStyles } from './text';
import { toneText } from './tones';

interface Props {
  row: WorkloadRow;
  /** Only the shape has room; the word stays for screen readers and on hover. */
  shapeOnly: boolean;
  compact: boolean;
  /** The row's details show below it. */
  open: boolean;
  onToggle: () => void;
}

export function StateCell({ row, shapeOnly, compact, open, onToggle }: Props) {
  const theme = useTheme2();
  const styles = useStyles2(getStyles);
  const text = useStyles2(getTextStyles);
  const word = stateWord(row);
  const remark = stateRemark(row);
  return (
    <div
      className={styles.state}
      style={{ color: toneText(theme, stateTone(row)) }}
      title={remark ? `${word}, ${remark}` : word}
    >
      <IconButton
        name={open ? 'angle-down' : 'angle-right'}
        aria-label={`Burn-down of ${row.name}`}
        aria-expanded={open}
        aria-controls={open ? detailId(row) : undefined}
        size="md"
        onClick={onToggle}
        className={styles.toggle}
      />
      <StateShape state={row.state} />
      <div className={shapeOnly ? text.hidden : styles.words}>
        <div className={styles.word}>{word}</div>
        {remark && !compact && <div className={text.sub}>{remark}</div>}
      </div>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  state: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1), minWidth: 0 }),
  toggle: css({ margin: theme.spacing(0, -0.5, 0, -0.75) }),
  words: css({ minWidth: 0 }),
  word: css({
    fontWeight: theme.typography.fontWeightMedium,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
  }),
});
