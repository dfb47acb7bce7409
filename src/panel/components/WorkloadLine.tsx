import React, { memo } from 'react';

import { hiddenReason } from '../reason';
import { WorkloadRow } from '../rows';
import { stateTone, stateWord } from '../state';
import { LineLayout, contentOf, stateContent } from './cells';
import { toneFill } from './tones';

interface Props {
  row: WorkloadRow;
  layout: LineLayout;
  /** Index of the line in the whole table, from 1. */
  rowIndex: number;
  /** Its details are visible below. */
  open: boolean;
  /** Expands and collapses the row with this key. */
  onToggle: (key: string) => void;
}

/** The line of one workload. */
export const WorkloadLine = memo(function WorkloadLine({ row, layout, rowIndex, open, onToggle }: Props) {
  const { columns, narrow, height, theme, styles } = layout;
  const tone = stateTone(row);
  const reason = hiddenReason(row, columns);
  const calls = tone === 'critical' || tone === 'serious' || tone === 'watch';
  const state = narrow && calls ? [stateWord(row), reason].filter(Boolean).join(' ') : undefined;
  const stripe = calls ? `inset 3px 0 0 ${toneFill(theme, tone)}` : undefined;
  return (
    <tr
      role="row"
      aria-rowindex={rowIndex}
      className={styles.row}
      style={{ height, boxShadow: stripe }}
      data-testid="workload"
    >
      {columns.map((column) => {
        const heading = column.kind === 'workload';
        const Cell = heading ? 'th' : 'td';
        const content =
          column.kind === 'state'
            ? stateContent(row, layout, { reason, open, onToggle })
            : contentOf(row, column, layout, state);
        return (
          <Cell
            key={column.kind}
            role={heading ? 'rowheader' : 'cell'}
            scope={heading ? 'row' : undefined}
            className={column.numeric ? styles.numeric : styles.cell}
            {...content}
          />
        );
      })}
    </tr>
  );
});
