import { GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { css } from '@emotion/css';
import React, { memo } from 'react';

import { Column } from '../columns';
import { hiddenReason } from '../reason';
import { WorkloadRow } from '../rows';
import { stateTone, stateWord } from '../state';
import { BudgetCell } from './BudgetCell';
import { BurnCell } from './BurnCell';
import { NameCell } from './NameCell';
import { CoverageCell, EventsCell, ForecastCell, P95Cell, SLICell, ThroughputCell } from './NumberCells';
import { StateCell } from './StateCell';
import { TrendCell } from './TrendCell';
import { CONTAINED_LINE } from './lines';
import { toneFill } from './tones';

/** The layout of all lines of a table. */
export interface LineLayout {
  columns: Column[];
  /** The state is only a shape, and the budget's number is above its bar. */
  narrow: boolean;
  compact: boolean;
  /** The heading above shows the namespace. */
  grouped: boolean;
  /** Pixels. */
  height: number;
}

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

/** The horizontal padding of a cell, in units of the theme's spacing, and in pixels of a column. */
const PADDING = 1.5;
const PADDING_PIXELS = 2 * PADDING * 8;

/** The line of one workload. */
export const WorkloadLine = memo(function WorkloadLine({ row, layout, rowIndex, open, onToggle }: Props) {
  const theme = useTheme2();
  const styles = useStyles2(getStyles);
  const tone = stateTone(row);
  const reason = hiddenReason(row, layout.columns);
  const calls = tone === 'critical' || tone === 'serious' || tone === 'watch';
  const stripe = calls ? `inset 3px 0 0 ${toneFill(theme, tone)}` : undefined;
  return (
    <tr
      role="row"
      aria-rowindex={rowIndex}
      className={styles.row}
      style={{ height: layout.height, boxShadow: stripe }}
      data-testid="workload"
    >
      {layout.columns.map((column) => {
        const Cell = column.kind === 'workload' ? 'th' : 'td';
        return (
          <Cell
            key={column.kind}
            role={column.kind === 'workload' ? 'rowheader' : 'cell'}
            scope={column.kind === 'workload' ? 'row' : undefined}
            className={column.numeric ? styles.numeric : styles.cell}
          >
            {column.kind === 'state' ? (
              <StateCell
                row={row}
                shapeOnly={layout.narrow}
                compact={layout.compact}
                reason={reason}
                open={open}
                onToggle={onToggle}
              />
            ) : (
              <Content
                row={row}
                column={column}
                layout={layout}
                state={layout.narrow && calls ? [stateWord(row), reason].filter(Boolean).join(' ') : undefined}
              />
            )}
          </Cell>
        );
      })}
    </tr>
  );
});

interface ContentProps {
  row: WorkloadRow;
  column: Column;
  layout: LineLayout;
  state?: string;
}

function Content({ row, column, layout: { narrow, compact, grouped, height }, state }: ContentProps) {
  switch (column.kind) {
    case 'workload':
      return <NameCell row={row} grouped={grouped} compact={compact} state={state} />;
    case 'budget':
      return <BudgetCell row={row} narrow={narrow} />;
    case 'burn':
      return <BurnCell row={row} compact={compact} />;
    case 'forecast':
      return <ForecastCell row={row} />;
    case 'p95':
      return <P95Cell row={row} compact={compact} />;
    case 'throughput':
      return <ThroughputCell row={row} />;
    case 'trend':
      return <TrendCell trend={row.trend} width={column.width - PADDING_PIXELS} height={Math.min(28, height - 10)} />;
    case 'sli':
      return <SLICell row={row} compact={compact} />;
    case 'events':
      return <EventsCell row={row} compact={compact} />;
    case 'coverage':
      return <CoverageCell row={row} />;
    default:
      return null;
  }
}

const getStyles = (theme: GrafanaTheme2) => {
  const cell = {
    padding: theme.spacing(0, PADDING),
    textAlign: 'left',
    lineHeight: 1.35,
    fontWeight: theme.typography.fontWeightRegular,
  } as const;
  return {
    // The background of headings: state colors are readable on it.
    row: css({
      ...CONTAINED_LINE,
      borderBottom: `1px solid ${theme.colors.border.weak}`,
      '&:hover': { background: theme.colors.background.secondary },
    }),
    cell: css(cell),
    numeric: css({ ...cell, textAlign: 'right', fontVariantNumeric: 'tabular-nums' }),
  };
};
