import { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { css, cx } from '@emotion/css';
import React, { useMemo, useState } from 'react';

import { NARROW, layOut } from '../columns';
import { listGroups, listRows } from '../items';
import { WORST_FIRST, groupRows, nextOrder, sortRows } from '../order';
import { Workloads, withData } from '../rows';
import { PanelOptions } from '../types';
import { GroupRow } from './GroupRow';
import { HeaderRow } from './HeaderRow';
import { LineLayout, WorkloadLine } from './WorkloadLine';
import { getTextStyles } from './text';
import { useSlice } from './useSlice';

interface Props {
  workloads: Workloads;
  options: PanelOptions;
  /** Pixels of the panel. */
  width: number;
  height: number;
  /** The rows are of an earlier answer. */
  stale: boolean;
}

const LINE_HEIGHT = { comfortable: 50, compact: 34 };
const GROUP_HEIGHT = 28;
/** What a scroll bar may take of the width. */
const SCROLL_BAR = 12;

/** The rows as a table of their own, as headings between rows and bars in cells are more than the stock table takes. */
export function WorkloadsTable({ workloads, options, width, height, stale }: Props) {
  const styles = useStyles2(getStyles);
  const text = useStyles2(getTextStyles);
  const [order, setOrder] = useState(WORST_FIRST);
  const [collapsed, setCollapsed] = useState<ReadonlySet<string>>(new Set());
  const { rows, pairs } = workloads;

  const room = width - SCROLL_BAR;
  const columns = useMemo(
    () => layOut(withData(options.columns, rows), pairs, room),
    [options.columns, rows, pairs, room]
  );
  const sorted = useMemo(
    () => sortRows(rows, order, columns.find(({ id }) => id === order.column) ?? columns[0]),
    [rows, order, columns]
  );
  const grouped = options.groupByNamespace && rows.some((row) => row.namespace !== undefined);
  const items = useMemo(
    () => (grouped ? listGroups(groupRows(sorted), collapsed) : listRows(sorted)),
    [grouped, sorted, collapsed]
  );

  const layout = useMemo<LineLayout>(
    () => ({
      columns,
      narrow: room < NARROW,
      compact: options.density === 'compact',
      grouped,
      height: LINE_HEIGHT[options.density],
    }),
    [columns, room, options.density, grouped]
  );
  const heights = useMemo(
    () => items.map(({ kind }) => (kind === 'group' ? GROUP_HEIGHT : layout.height)),
    [items, layout.height]
  );
  const { slice, onScroll } = useSlice(heights, height);
  const total = columns.reduce((sum, column) => sum + column.width, 0);

  return (
    <div className={styles.scroll} onScroll={onScroll} tabIndex={0} role="region" aria-label="Workloads table">
      <table className={cx(styles.table, stale && styles.stale)} aria-rowcount={items.length + 1}>
        <caption className={text.hidden}>Workloads and their error budgets</caption>
        <colgroup>
          {columns.map((column) => (
            <col key={column.id} style={{ width: `${(100 * column.width) / total}%` }} />
          ))}
        </colgroup>
        <thead>
          <HeaderRow columns={columns} order={order} onSort={(column) => setOrder(nextOrder(order, column))} />
        </thead>
        <tbody>
          <Gap height={slice.before} />
          {items.slice(slice.start, slice.end).map((item, index) => {
            const rowIndex = slice.start + index + 2;
            return item.kind === 'row' ? (
              <WorkloadLine key={item.row.key} row={item.row} layout={layout} rowIndex={rowIndex} />
            ) : (
              <GroupRow
                key={`namespace ${item.group.namespace}`}
                group={item.group}
                collapsed={collapsed.has(item.group.namespace)}
                onToggle={() => setCollapsed(toggled(collapsed, item.group.namespace))}
                span={columns.length}
                height={GROUP_HEIGHT}
                rowIndex={rowIndex}
              />
            );
          })}
          <Gap height={slice.after} />
        </tbody>
      </table>
    </div>
  );
}

/** The room of the lines that are not in the document. */
function Gap({ height }: { height: number }) {
  return height > 0 ? <tr aria-hidden="true" style={{ height }} /> : null;
}

function toggled(set: ReadonlySet<string>, member: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(member)) {
    next.add(member);
  }
  return next;
}

const getStyles = (theme: GrafanaTheme2) => ({
  scroll: css({
    flex: '1 1 0',
    minHeight: 0,
    overflow: 'auto',
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: '-2px' },
  }),
  table: css({ width: '100%', tableLayout: 'fixed', borderCollapse: 'separate', borderSpacing: 0 }),
  stale: css({ opacity: 0.6 }),
});
