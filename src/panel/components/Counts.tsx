import { GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { css } from '@emotion/css';
import React from 'react';

import { stateName } from '../state';
import { StateCount } from '../summary';
import { StateShape } from './StateShape';
import { toneText } from './tones';

interface Props {
  states: StateCount[];
}

/** The number of rows in each state: "▲ 1 firing  ■ 2 exhausted". */
export function Counts({ states }: Props) {
  const theme = useTheme2();
  const styles = useStyles2(getStyles);
  return (
    <>
      {states.map(({ state, count, tone }) => (
        <span key={state} className={styles.count} style={{ color: toneText(theme, tone) }}>
          <StateShape state={state} size={10} />
          {count} {stateName(state)}
        </span>
      ))}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  count: css({ display: 'inline-flex', alignItems: 'center', gap: theme.spacing(0.5), whiteSpace: 'nowrap' }),
});
