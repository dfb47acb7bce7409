import { GrafanaTheme2, colorManipulator } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { css } from '@emotion/css';
import React from 'react';

import { t } from '../i18n';
import { read } from '../readings';
import { Burn, WorkloadRow } from '../rows';
import { Tone, severityTone } from '../state';
import { getTextStyles } from './text';
import { toneText } from './tones';

interface Props {
  row: WorkloadRow;
  burn?: Burn;
}

/** The burn over the long and the short window. A rate over the factor has a border; both over is an alert. */
export function BurnCell({ row, burn }: Props) {
  const styles = useStyles2(getStyles);
  if (!burn) {
    return null;
  }
  const fires = isOver(burn.longRate, burn.factor) && isOver(burn.shortRate, burn.factor);
  const tone = fires ? severityTone(burn.severity, row.severities) : 'watch';
  return (
    <div className={styles.pair}>
      <Rate row={row} window={burn.long} rate={burn.longRate} factor={burn.factor} tone={tone} />
      <Rate row={row} window={burn.short} rate={burn.shortRate} factor={burn.factor} tone={tone} />
    </div>
  );
}

interface RateProps {
  row: WorkloadRow;
  window: string;
  rate: number | null;
  factor: number | null;
  /** That of a rate over the factor. */
  tone: Tone;
}

function Rate({ row, window, rate, factor, tone }: RateProps) {
  const theme = useTheme2();
  const styles = useStyles2(getStyles);
  const text = useStyles2(getTextStyles);
  const over = isOver(rate, factor);
  const field = row.fields[`burn_${window}`];
  const reading = read(field, rate, rate !== null && rate >= 100 ? 0 : 1).text;
  const threshold = read(field, factor, 1).text;
  const color = toneText(theme, tone);
  return (
    <span
      className={styles.rate}
      style={over ? { color, borderColor: color, background: colorManipulator.alpha(color, 0.1) } : undefined}
      title={
        factor === null
          ? t('burn.over', 'over {{window}}', { window })
          : t('burn.over-threshold', 'over {{window}}, threshold {{threshold}}', { window, threshold })
      }
      data-over={over}
    >
      {reading}
      {over && <span className={text.hidden}> {t('burn.above', 'over {{threshold}}', { threshold })}</span>}
    </span>
  );
}

function isOver(rate: number | null, factor: number | null): boolean {
  return rate !== null && factor !== null && rate >= factor;
}

const getStyles = (theme: GrafanaTheme2) => ({
  pair: css({ display: 'flex', gap: theme.spacing(0.5) }),
  rate: css({
    position: 'relative',
    flex: '0 0 58px',
    padding: theme.spacing(0.125, 0.5),
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    textAlign: 'right',
    fontVariantNumeric: 'tabular-nums',
    whiteSpace: 'nowrap',
  }),
});
