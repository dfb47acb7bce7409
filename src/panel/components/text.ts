import { GrafanaTheme2 } from '@grafana/data';
import { css } from '@emotion/css';

/** Text that every cell shares. */
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
  /** A line that ends in "…" rather than wrap. */
  line: css({ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }),
  /** For screen readers only: outside of the page, not clipped, because each clip is painted separately. */
  hidden: css({ position: 'absolute', left: '-10000px', whiteSpace: 'nowrap' }),
});
