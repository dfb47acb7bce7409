import { FieldColorModeId, LoadingState, PanelData, applyFieldOverrides } from '@grafana/data';
import { LegendDisplayMode } from '@grafana/schema';
import { Alert, PanelChrome, TimeSeries, useTheme2 } from '@grafana/ui';
import { useMemo, useRef } from 'react';

import { useSize } from './useSize';

interface Props {
  title: string;
  data: PanelData;
  timeZone: string;
}

/** Time series as lines, for results that the workloads panel cannot show. It fills its parent. */
export function SeriesChart({ title, data, timeZone }: Props) {
  const theme = useTheme2();
  const place = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(place);
  const frames = useMemo(
    () =>
      applyFieldOverrides({
        data: data.series.filter((frame) => frame.length > 0),
        fieldConfig: { defaults: { color: { mode: FieldColorModeId.PaletteClassic } }, overrides: [] },
        replaceVariables: (value) => value,
        theme,
        timeZone,
      }),
    [data.series, theme, timeZone]
  );
  const message = data.state === LoadingState.Error ? data.errors?.[0]?.message : undefined;

  return (
    <div ref={place} style={{ flex: '1 1 0', minHeight: 0, minWidth: 0 }} data-testid="series">
      {width > 0 && (
        <PanelChrome title={title} width={width} height={height} loadingState={data.state} statusMessage={message}>
          {(innerWidth, innerHeight) =>
            frames.length > 0 ? (
              <TimeSeries
                frames={frames}
                structureRev={frames.length}
                timeRange={data.timeRange}
                timeZone={timeZone}
                width={innerWidth}
                height={innerHeight}
                legend={{ displayMode: LegendDisplayMode.List, placement: 'bottom', showLegend: true, calcs: [] }}
              />
            ) : (
              <Alert severity={message ? 'error' : 'info'} title={message ?? 'No series in this time range'} />
            )
          }
        </PanelChrome>
      )}
    </div>
  );
}
