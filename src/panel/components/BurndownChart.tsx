import { FieldConfigSource, LoadingState, PanelData, dateTime } from '@grafana/data';
import { PanelRenderer } from '@grafana/runtime';
import { useTheme2 } from '@grafana/ui';
import React, { useMemo } from 'react';

import { Burndown, burndownFrames } from '../burndown';
import { t } from '../i18n';
import { Tone } from '../state';
import { toneFill } from './tones';

interface Props {
  burndown: Burndown;
  tone: Tone;
  timeZone: string;
  /** Pixels. */
  width: number;
  height: number;
}

const FIELD_CONFIG: FieldConfigSource = {
  defaults: { custom: { axisSoftMin: 0, axisSoftMax: 1, showPoints: 'never' } },
  overrides: [],
};
const OPTIONS = {
  legend: { showLegend: true, displayMode: 'list', placement: 'right', calcs: [] },
  tooltip: { mode: 'multi', sort: 'none' },
};

/** The remaining budget over its window, and an even burn, as in Grafana's time series panel. */
export function BurndownChart({ burndown, tone, timeZone, width, height }: Props) {
  const theme = useTheme2();
  const data = useMemo<PanelData>(() => {
    const from = dateTime(burndown.period.from);
    const to = dateTime(burndown.period.to);
    return {
      state: LoadingState.Done,
      series: burndownFrames(burndown, toneFill(theme, tone === 'muted' ? 'info' : tone)),
      timeRange: { from, to, raw: { from, to } },
    };
  }, [burndown, tone, theme]);
  return (
    <div role="group" aria-label={describe(burndown)} style={{ width, height }} data-testid="burn-down">
      <PanelRenderer
        pluginId="timeseries"
        title={t('burndown.left', 'Error budget remaining')}
        data={data}
        options={OPTIONS}
        fieldConfig={FIELD_CONFIG}
        timeZone={timeZone}
        width={width}
        height={height}
      />
    </div>
  );
}

function describe({ left, times }: Burndown): string {
  const known = left.filter((share) => share !== null);
  const percent = (share: number) => `${(100 * share).toFixed(1)}%`;
  const days = Math.round((times[times.length - 1] - times[0]) / 86_400_000);
  return known.length === 0
    ? t('burndown.nothing', 'Error budget over time: no data')
    : t('burndown.described', 'Error budget over {{days}} d: from {{first}} to {{last}} remaining', {
        days,
        first: percent(known[0]),
        last: percent(known[known.length - 1]),
      });
}
