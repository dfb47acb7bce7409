import { GrafanaTheme2 } from '@grafana/data';
import { Tooltip, useStyles2 } from '@grafana/ui';
import { css, cx } from '@emotion/css';
import React from 'react';

import { Column } from '../columns';
import { Order, ariaSort } from '../order';
import { LINE } from './lines';
import { getTextStyles } from './text';

interface Props {
  columns: Column[];
  order: Order;
  onSort: (column: string) => void;
}

/**
 * The column headers. Each sorts by its column, the most urgent first. Pressed again, it reverses
 * the order.
 */
export function HeaderRow({ columns, order, onSort }: Props) {
  const styles = useStyles2(getStyles);
  const text = useStyles2(getTextStyles);
  return (
    <tr role="row" aria-rowindex={1} className={styles.row}>
      {columns.map((column) => {
        const sort = ariaSort(order, column);
        return (
          <th key={column.kind} role="columnheader" scope="col" aria-sort={sort} className={styles.cell}>
            <Tooltip content={column.description} placement="top">
              <button
                type="button"
                className={cx(styles.button, column.numeric && styles.numeric)}
                onClick={() => onSort(column.kind)}
              >
                <span className={text.line}>{column.label}</span>
                <span className={styles.arrow} data-sort={sort} aria-hidden="true" />
              </button>
            </Tooltip>
          </th>
        );
      })}
    </tr>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css(LINE),
  cell: css({
    padding: 0,
    fontWeight: theme.typography.fontWeightMedium,
  }),
  button: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(0.25),
    width: '100%',
    height: theme.spacing(4),
    padding: theme.spacing(0, 1.5),
    whiteSpace: 'nowrap',
    border: 'none',
    background: 'transparent',
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    fontWeight: 'inherit',
    textAlign: 'left',
    '&:hover': { color: theme.colors.text.primary },
    '&:hover > span:last-child': { opacity: 0.7 },
    '&:focus-visible': {
      outline: `2px solid ${theme.colors.primary.main}`,
      outlineOffset: '-2px',
    },
  }),
  numeric: css({ flexDirection: 'row-reverse' }),
  // Not an Icon, which would be parsed for each column.
  arrow: css({
    lineHeight: 1,
    color: theme.colors.text.primary,
    '&::before': { content: '"↓"' },
    '&[data-sort="ascending"]::before': { content: '"↑"' },
    '&[data-sort="none"]': { opacity: 0 },
  }),
});
