import { FieldColorModeId, applyFieldOverrides } from '@grafana/data';
import { PanelRendererProps } from '@grafana/runtime';
import { LegendDisplayMode } from '@grafana/schema';
import { TimeSeries, useTheme2 } from '@grafana/ui';
import { useMemo } from 'react';

/** Replaces Grafana's panel renderer. The plugins use it for time series only. */
export function TimeSeriesRenderer({ pluginId, data, width, height, timeZone = 'browser' }: PanelRendererProps) {
  const theme = useTheme2();
  const frames = useMemo(
    () =>
      applyFieldOverrides({
        data: data?.series,
        fieldConfig: { defaults: { color: { mode: FieldColorModeId.PaletteClassic } }, overrides: [] },
        replaceVariables: (value) => value,
        theme,
        timeZone,
      }),
    [data, theme, timeZone]
  );
  if (!data || pluginId !== 'timeseries') {
    return null;
  }
  return (
    <TimeSeries
      frames={frames}
      structureRev={frames.length}
      timeRange={data.timeRange}
      timeZone={timeZone}
      width={width}
      height={height}
      legend={{ displayMode: LegendDisplayMode.List, placement: 'right', showLegend: true, calcs: [] }}
    />
  );
}
