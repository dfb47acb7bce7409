import { colorManipulator } from '@grafana/data';
import { useTheme2 } from '@grafana/ui';
import React, { memo, useMemo } from 'react';

import { Trend, trendPaths } from '../trends';

interface Props {
  trend?: Trend;
  /** Pixels. */
  width: number;
  height: number;
}

/**
 * The throughput of the last day, without axes. It is drawn as paths: a canvas in each row slows
 * scrolling down.
 */
export const TrendCell = memo(function TrendCell({ trend, width, height }: Props) {
  const theme = useTheme2();
  const room = Math.floor(width);
  const paths = useMemo(() => trend && trendPaths(trend, room, height), [trend, room, height]);
  if (!paths) {
    return null;
  }
  const blue = theme.visualization.getColorByName('blue');
  return (
    <svg
      width={room}
      height={height}
      style={{ display: 'block', overflow: 'visible' }}
      aria-hidden="true"
      focusable="false"
      data-testid="trend"
    >
      <path d={paths.area} fill={colorManipulator.alpha(blue, 0.12)} />
      <path d={paths.line} fill="none" stroke={blue} />
    </svg>
  );
});
