import { GrafanaTheme2 } from '@grafana/data';
import { css } from '@emotion/css';

import { CONTAINED_LINE } from './lines';
import { getTextStyles } from './text';

/** The horizontal padding of a cell, in units of the theme's spacing, and in pixels of a column. */
const PADDING = 1.5;
export const PADDING_PIXELS = 2 * PADDING * 8;

/** The styles of a workload's line and its cells. The table looks them up once for all of its lines. */
export const getLineStyles = (theme: GrafanaTheme2) => {
  const cell = {
    padding: theme.spacing(0, PADDING),
    textAlign: 'left',
    lineHeight: 1.35,
    fontWeight: theme.typography.fontWeightRegular,
  } as const;
  const truncated = { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' } as const;
  const medium = { fontWeight: theme.typography.fontWeightMedium };
  const digits = { fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' } as const;
  return {
    ...getTextStyles(theme),
    // The background of headings: state colors are readable on it.
    row: css({
      ...CONTAINED_LINE,
      borderBottom: `1px solid ${theme.colors.border.weak}`,
      '&:hover': { background: theme.colors.background.secondary },
    }),
    cell: css(cell),
    numeric: css({ ...cell, ...truncated, textAlign: 'right', fontVariantNumeric: 'tabular-nums' }),

    state: css({ ...cell, display: 'flex', alignItems: 'center', gap: theme.spacing(1) }),
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
    /** The word of a state, and the name of a workload. */
    name: css({ ...truncated, ...medium }),
    slo: css({
      marginLeft: theme.spacing(1),
      color: theme.colors.text.secondary,
      fontSize: theme.typography.bodySmall.fontSize,
      fontWeight: theme.typography.fontWeightRegular,
    }),

    budget: css({
      ...cell,
      display: 'grid',
      gridTemplateColumns: '1fr 62px 40px',
      alignItems: 'center',
      gap: theme.spacing(1),
    }),
    narrowBudget: css({ ...cell, display: 'flex', flexDirection: 'column-reverse', gap: theme.spacing(0.5) }),
    track: css({
      position: 'relative',
      minWidth: 0,
      height: theme.spacing(1),
      background: theme.colors.emphasize(theme.colors.background.primary, theme.isDark ? 0.12 : 0.08),
      borderRadius: smallRadius(theme),
    }),
    fill: css({ height: '100%', borderRadius: smallRadius(theme) }),
    share: css({ ...digits, ...medium, textAlign: 'right' }),

    rate: css({
      ...digits,
      position: 'relative',
      display: 'inline-block',
      marginLeft: theme.spacing(-0.5),
      padding: theme.spacing(0, 0.5),
      border: '1px solid transparent',
      borderRadius: theme.shape.radius.default,
    }),
  };
};

// Themes before Grafana 12.4 have one radius.
function smallRadius({ shape: { radius } }: GrafanaTheme2): string {
  return (radius as { sm?: string }).sm ?? radius.default;
}
