import { FieldColorModeId, FieldConfig, FieldSparkline } from '@grafana/data';
import { Sparkline, useTheme2 } from '@grafana/ui';
import React, { useMemo } from 'react';

import { Trend } from '../trends';

interface Props {
  trend?: Trend;
  /** Pixels. */
  width: number;
  height: number;
}

/** The throughput of the last day, without axes: only its shape matters here. */
export function TrendCell({ trend, width, height }: Props) {
  const theme = useTheme2();
  const sparkline = useMemo(() => trend && sparklineOf(trend), [trend]);
  const config = useMemo<FieldConfig>(
    () => ({
      color: { mode: FieldColorModeId.Fixed, fixedColor: 'blue' },
      custom: { lineColor: theme.visualization.getColorByName('blue'), lineWidth: 1, fillOpacity: 12 },
    }),
    [theme]
  );
  if (!sparkline || width <= 0) {
    return null;
  }
  return (
    <div aria-hidden="true" data-testid="trend">
      <Sparkline sparkline={sparkline} config={config} theme={theme} width={width} height={height} />
    </div>
  );
}

/** From zero up, so that a fall looks as deep as it is. */
function sparklineOf({ time, throughput }: Trend): FieldSparkline {
  const max = Math.max(...throughput.values.map((value) => value ?? 0));
  return { x: time, y: { ...throughput, state: { range: { min: 0, max, delta: max } } } };
}
