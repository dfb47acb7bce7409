import type { CSSProperties } from 'react';

import { Column } from '../columns';

// How a table is laid out whose lines come and go while it scrolls. Lines are grids that share the table's columns and are of
// known size, so that a browser lays out and paints those that are new and no other; of a table of the usual kind, all. That
// takes the meaning from the elements, so each says its role.

const COLUMNS = '--burnline-columns';

/** The style of the table that gives its lines their columns. */
export function columnStyle(columns: Column[]): CSSProperties {
  return { [COLUMNS]: columns.map(({ width }) => `minmax(0, ${width}fr)`).join(' ') } as CSSProperties;
}

export const LINE = {
  display: 'grid',
  gridTemplateColumns: `var(${COLUMNS})`,
  alignItems: 'center',
  boxSizing: 'border-box',
} as const;

/** A line whose content stays inside of it. */
export const CONTAINED_LINE = { ...LINE, contain: 'strict' } as const;

/** The one cell of a line. */
export const WHOLE_CELL = { gridColumn: '1 / -1', padding: 0 } as const;
