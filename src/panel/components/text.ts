import { GrafanaTheme2 } from '@grafana/data';
import { css } from '@emotion/css';

/** Text styles of all cells. */
export const getTextStyles = (theme: GrafanaTheme2) => ({
  /** The second, smaller line of a cell. */
  sub: css({
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    lineHeight: theme.typography.bodySmall.lineHeight,
    fontWeight: theme.typography.fontWeightRegular,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
  }),
  /** Truncates with "…" instead of wrapping. */
  line: css({ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }),
  /**
   * For screen readers only. It is outside of the page: clipped elements are painted separately.
   */
  hidden: css({ position: 'absolute', left: '-10000px', whiteSpace: 'nowrap' }),
});
