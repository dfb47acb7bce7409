import type { CSSProperties } from 'react';

import { Column } from '../columns';

// The layout of a table with lines that appear and disappear while it scrolls. Lines are grids of a fixed size with the
// table's columns, so that a browser only lays out and paints new lines. With a table element it would process all of them.
// The elements lose their meaning, so each has a role.

const COLUMNS = '--burnline-columns';

/** The style of the table that defines the columns of its lines. */
export function columnStyle(columns: Column[]): CSSProperties {
  return { [COLUMNS]: columns.map(({ width }) => `minmax(0, ${width}fr)`).join(' ') } as CSSProperties;
}

export const LINE = {
  display: 'grid',
  gridTemplateColumns: `var(${COLUMNS})`,
  alignItems: 'center',
  boxSizing: 'border-box',
} as const;

/** A line that contains its content. */
export const CONTAINED_LINE = { ...LINE, contain: 'strict' } as const;

/** The only cell of a line. */
export const WHOLE_CELL = { gridColumn: '1 / -1', padding: 0 } as const;
