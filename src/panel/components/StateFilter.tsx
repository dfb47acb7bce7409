import { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2, useTheme2 } from '@grafana/ui';
import { css } from '@emotion/css';
import React from 'react';

import { t } from '../i18n';
import { State, stateName } from '../state';
import { StateCount } from '../summary';
import { StateShape } from './StateShape';
import { toneText } from './tones';

interface Props {
  states: StateCount[];
  /** The selected states; empty means all. */
  chosen: State[];
  onToggle: (state: State) => void;
}

/** The number of rows in each state. Pressed states filter the rows. */
export function StateFilter({ states, chosen, onToggle }: Props) {
  const theme = useTheme2();
  const styles = useStyles2(getStyles);
  // A chosen state that no row has any more would otherwise hide all rows without a way back.
  const gone = chosen.filter((state) => !states.some((one) => one.state === state));
  const all = [...states, ...gone.map((state): StateCount => ({ state, count: 0, tone: 'muted' }))];
  return (
    <div className={styles.states} role="group" aria-label={t('filter.by-state', 'Filter by state')}>
      {all.map(({ state, count, tone }) => {
        const pressed = chosen.includes(state);
        return (
          <Button
            key={state}
            size="sm"
            variant="secondary"
            fill={pressed ? 'solid' : 'text'}
            aria-pressed={pressed}
            tooltip={
              pressed
                ? t('filter.others-too', 'Clear filter')
                : t('filter.only', 'Show only {{state}}', { state: stateName(state) })
            }
            onClick={() => onToggle(state)}
            style={{ color: toneText(theme, tone) }}
          >
            <span className={styles.count}>
              <StateShape state={state} size={10} />
              {count} {stateName(state)}
            </span>
          </Button>
        );
      })}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  states: css({ display: 'flex', flexWrap: 'wrap' }),
  count: css({ display: 'inline-flex', alignItems: 'center', gap: theme.spacing(0.5), whiteSpace: 'nowrap' }),
});
