import { GrafanaTheme2, colorManipulator } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { css } from '@emotion/css';
import React from 'react';

import { t } from '../i18n';
import { nearestBurn } from '../nearestBurn';
import { burnText } from '../reason';
import { WorkloadRow } from '../rows';
import { severityTone } from '../state';
import { getTextStyles } from './text';
import { toneText } from './tones';

/**
 * The burn rate that explains the state, and its threshold: "26× of 7.2". It has a border if it
 * exceeds the threshold.
 */
export function BurnCell({ row, compact }: { row: WorkloadRow; compact: boolean }) {
  const theme = useTheme2();
  const styles = useStyles2(getStyles);
  const text = useStyles2(getTextStyles);
  const nearest = nearestBurn(row);
  if (!nearest) {
    return <span className={text.sub}>–</span>;
  }
  const { burn, over, fires } = nearest;
  const color = toneText(theme, fires ? severityTone(burn.severity, row.severities) : 'watch');
  const windows = t('burn.windows', '{{long}} and {{short}}', { long: burn.long, short: burn.short });
  return (
    <div title={windows}>
      <span
        className={styles.rate}
        style={over ? { color, borderColor: color, background: colorManipulator.alpha(color, 0.1) } : undefined}
        data-over={over}
      >
        {burnText(row)}
        {over && <span className={text.hidden}> {t('burn.over', 'over the threshold')}</span>}
      </span>
      {!compact && <div className={text.sub}>{windows}</div>}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  rate: css({
    position: 'relative',
    display: 'inline-block',
    marginLeft: theme.spacing(-0.5),
    padding: theme.spacing(0, 0.5),
    border: '1px solid transparent',
    borderRadius: theme.shape.radius.default,
    fontVariantNumeric: 'tabular-nums',
    whiteSpace: 'nowrap',
  }),
});
