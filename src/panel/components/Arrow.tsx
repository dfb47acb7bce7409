import { useStyles2 } from '@grafana/ui';
import { css } from '@emotion/css';
import React from 'react';

/** Whether a line is expanded. It is not an Icon, which would be parsed for each line. */
export function Arrow({ open }: { open: boolean }) {
  const styles = useStyles2(getStyles);
  return (
    <svg width={16} height={16} viewBox="0 0 16 16" aria-hidden="true" focusable="false" className={styles.arrow}>
      <path d={open ? 'M4.5 6.5 8 10l3.5-3.5' : 'M6.5 4.5 10 8l-3.5 3.5'} />
    </svg>
  );
}

const getStyles = () => ({
  arrow: css({
    flex: 'none',
    fill: 'none',
    stroke: 'currentColor',
    strokeWidth: 1.5,
    strokeLinecap: 'round',
    strokeLinejoin: 'round',
  }),
});
