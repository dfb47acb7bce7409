import { FieldType, GrafanaTheme2, applyFieldOverrides, toDataFrame } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { css, keyframes } from '@emotion/css';
import React, { useEffect } from 'react';

import { t } from '../i18n';
import { getLineStyles } from './lineStyles';
import { getTextStyles } from './text';

const LINES = [72, 46, 88, 61, 79];

/** Placeholders of rows until the first result. Later results replace the rows in place. */
export function Loading() {
  const styles = useStyles2(getStyles);
  const text = useStyles2(getTextStyles);
  usePreparation();
  return (
    <div className={styles.lines} role="status" aria-busy="true">
      <span className={text.hidden}>{t('loading.text', 'Loading workloads…')}</span>
      {LINES.map((percent) => (
        <div key={percent} className={styles.line}>
          <div className={styles.shape} />
          <div className={styles.name} />
          <div className={styles.bar} style={{ flexBasis: `${percent / 2}%` }} />
        </div>
      ))}
    </div>
  );
}

/**
 * What Grafana and the rows make on their first use: the formats of numbers, their ranges, and styles. They are made while the
 * query runs, so that the first rows do not wait for them.
 */
function usePreparation() {
  const theme = useTheme2();
  useStyles2(getLineStyles);
  useEffect(() => {
    const data = [toDataFrame({ fields: [{ name: '', type: FieldType.number, values: [1] }] })];
    applyFieldOverrides({
      data,
      fieldConfig: { defaults: {}, overrides: [] },
      replaceVariables: (text) => text,
      theme,
    });
  }, [theme]);
}

const pulse = keyframes({ '50%': { opacity: 0.4 } });

const getStyles = (theme: GrafanaTheme2) => {
  const block = { background: theme.colors.action.selected, borderRadius: theme.shape.radius.default };
  return {
    lines: css({
      padding: theme.spacing(1.5),
      [theme.transitions.handleMotion('no-preference')]: { animation: `${pulse} 1.4s ease-in-out infinite` },
    }),
    line: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(2), height: theme.spacing(5) }),
    shape: css({ ...block, flex: '0 0 72px', height: theme.spacing(1.5) }),
    name: css({ ...block, flex: '0 0 20%', height: theme.spacing(2) }),
    bar: css({ ...block, flex: '0 0 auto', height: theme.spacing(1) }),
  };
};
