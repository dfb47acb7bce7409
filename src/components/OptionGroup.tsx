import { css, cx } from '@emotion/css';
import React, { useState, type ReactNode } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Collapse, useStyles2 } from '@grafana/ui';

interface Props {
  title: string;
  /** What the options are set to, shown while they are hidden. */
  summary?: Array<string | undefined>;
  /** Shows the options, for example because one of them has a problem. */
  forceOpen?: boolean;
  /** The options are one block instead of fields in a row. */
  block?: boolean;
  testId?: string;
  children: ReactNode;
}

/** Options that are hidden until the user opens them. */
export function OptionGroup({ title, summary = [], forceOpen = false, block = false, testId, children }: Props) {
  const styles = useStyles2(getStyles);
  const [opened, setOpened] = useState(false);
  const isOpen = opened || forceOpen;
  return (
    <div className={cx(styles.group, isOpen && styles.open)} data-testid={testId}>
      <Collapse
        className={styles.collapse}
        isOpen={isOpen}
        onToggle={() => setOpened(!isOpen)}
        label={
          <span className={styles.label}>
            <span className={styles.title}>{title}</span>
            {!isOpen &&
              summary.filter(Boolean).map((text) => (
                <span key={text} className={styles.summary}>
                  {text}
                </span>
              ))}
          </span>
        }
      >
        <div className={block ? undefined : styles.fields}>{children}</div>
      </Collapse>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  group: css({ flex: '0 1 auto', minWidth: 0 }),
  open: css({ flex: '1 0 100%' }),
  collapse: css({
    background: 'unset',
    border: 'unset',
    margin: theme.spacing(-0.5, 0, -0.5, -1),
  }),
  label: css({
    display: 'flex',
    flexWrap: 'wrap',
    columnGap: theme.spacing(2),
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  title: css({ fontWeight: theme.typography.fontWeightMedium }),
  summary: css({ color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightRegular }),
  fields: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1, 2), paddingTop: theme.spacing(0.5) }),
});
