import { GrafanaTheme2, PanelData } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { css, cx } from '@emotion/css';
import React, { useCallback, useId, useMemo, useRef } from 'react';

import { NARROW, layOut } from '../columns';
import { t } from '../i18n';
import { Item, listGroups, listRows } from '../items';
import { groupRows, nextOrder, sortRows } from '../order';
import { WorkloadRow, Workloads, withData } from '../rows';
import { PanelOptions } from '../types';
import { ChangeView, View, toggled } from '../view';
import { DetailRow, detailHeight } from './DetailRow';
import { GroupRow } from './GroupRow';
import { HeaderRow } from './HeaderRow';
import { WorkloadLine } from './WorkloadLine';
import { LineLayout } from './cells';
import { getLineStyles } from './lineStyles';
import { columnStyle } from './lines';
import { useVirtualItems } from './useVirtualItems';

interface Props {
  workloads: Workloads;
  /** The filtered rows. */
  rows: WorkloadRow[];
  data: PanelData;
  options: PanelOptions;
  view: View;
  onView: ChangeView;
  timeZone: string;
  /** Pixels of the panel. */
  width: number;
  height: number;
  /** The rows are from an earlier result. */
  stale: boolean;
}

const LINE_HEIGHT = { comfortable: 50, compact: 34 };
const GROUP_HEIGHT = 28;
/** Maximum width of a scroll bar. */
const SCROLL_BAR = 12;

/** The rows in a custom table: Grafana's table has no headings between rows. */
export function WorkloadsTable(props: Props) {
  const { workloads, rows, data, options, view, onView, timeZone, width, height, stale } = props;
  const id = useId();
  const theme = useTheme2();
  const styles = useStyles2(getStyles);
  const lineStyles = useStyles2(getLineStyles);
  const scrolled = useRef<HTMLDivElement>(null);
  const { order, collapsed, open } = view;
  const toggleGroup = useCallback(
    (name: string) => onView((last) => ({ collapsed: toggled(last.collapsed, name) })),
    [onView]
  );
  const toggleRow = useCallback((key: string) => onView((last) => ({ open: toggled(last.open, key) })), [onView]);
  const { rows: all } = workloads;

  const room = width - SCROLL_BAR;
  const columns = useMemo(() => layOut(withData(options.columns, all), room), [options.columns, all, room]);
  const sorted = useMemo(
    () => sortRows(rows, order, columns.find(({ kind }) => kind === order.column) ?? columns[0]),
    [rows, order, columns]
  );
  const grouped = options.groupByNamespace && all.some((row) => row.namespace !== undefined);
  const items = useMemo(
    () => (grouped ? listGroups(groupRows(sorted), collapsed, open) : listRows(sorted, open)),
    [grouped, sorted, collapsed, open]
  );
  const layout = useMemo<LineLayout>(
    () => ({
      columns,
      narrow: room < NARROW,
      // A narrow line needs its second row for the reason of its state.
      compact: options.density === 'compact' && room >= NARROW,
      grouped,
      height: LINE_HEIGHT[room < NARROW ? 'comfortable' : options.density],
      id,
      theme,
      styles: lineStyles,
    }),
    [columns, room, options.density, grouped, id, theme, lineStyles]
  );
  const ungrouped = useMemo<LineLayout>(() => ({ ...layout, grouped: false }), [layout]);
  const heights = useMemo(() => items.map((item) => heightOf(item, layout, room)), [items, layout, room]);
  const slice = useVirtualItems(heights, scrolled, height);

  return (
    <div
      ref={scrolled}
      className={styles.scroll}
      tabIndex={0}
      role="region"
      aria-label={t('table.label', 'Workloads table')}
    >
      <table
        role="table"
        aria-label={t('table.caption', 'Workloads and their error budgets')}
        aria-rowcount={items.length + 1}
        className={cx(styles.block, stale && styles.stale)}
        style={columnStyle(columns)}
      >
        <thead role="rowgroup" className={styles.head}>
          <HeaderRow
            columns={columns}
            order={order}
            onSort={(column) => onView((last) => ({ order: nextOrder(last.order, column) }))}
          />
        </thead>
        <tbody role="rowgroup" className={styles.block}>
          <Gap height={slice.before} />
          {items.slice(slice.start, slice.end).map((item, index) => {
            const rowIndex = slice.start + index + 2;
            switch (item.kind) {
              case 'row':
                return (
                  <WorkloadLine
                    key={item.key}
                    row={item.row}
                    layout={item.pinned ? ungrouped : layout}
                    rowIndex={rowIndex}
                    open={item.open}
                    onToggle={toggleRow}
                  />
                );
              case 'detail':
                return (
                  <DetailRow
                    key={item.key}
                    table={id}
                    row={item.row}
                    data={data}
                    instant={workloads.instant}
                    timeZone={timeZone}
                    span={columns.length}
                    width={room}
                    height={detailHeight(room)}
                    rowIndex={rowIndex}
                  />
                );
              case 'group':
                return (
                  <GroupRow
                    key={item.key}
                    group={item.group}
                    collapsed={collapsed.has(item.group.namespace)}
                    onToggle={toggleGroup}
                    span={columns.length}
                    height={GROUP_HEIGHT}
                    rowIndex={rowIndex}
                  />
                );
            }
          })}
          <Gap height={slice.after} />
        </tbody>
      </table>
    </div>
  );
}

/** Placeholder of the lines that are not in the document. */
function Gap({ height }: { height: number }) {
  return height > 0 ? <tr aria-hidden="true" style={{ display: 'block', height }} /> : null;
}

function heightOf({ kind }: Item, layout: LineLayout, width: number): number {
  switch (kind) {
    case 'row':
      return layout.height;
    case 'detail':
      return detailHeight(width);
    case 'group':
      return GROUP_HEIGHT;
  }
}

const getStyles = (theme: GrafanaTheme2) => ({
  scroll: css({
    flex: '1 1 0',
    minHeight: 0,
    overflow: 'auto',
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: '-2px' },
  }),
  block: css({ display: 'block' }),
  head: css({
    display: 'block',
    position: 'sticky',
    top: 0,
    zIndex: 1,
    background: theme.colors.background.primary,
    boxShadow: `inset 0 -1px 0 ${theme.colors.border.weak}`,
  }),
  stale: css({ opacity: 0.6 }),
});
