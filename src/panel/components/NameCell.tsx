import { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { css } from '@emotion/css';
import React from 'react';

import { rowLinks, useFollowable } from '../links';
import { WorkloadRow } from '../rows';
import { RowLink } from './RowLink';
import { getTextStyles } from './text';

interface Props {
  row: WorkloadRow;
  /** The heading above shows the namespace. */
  grouped: boolean;
  compact: boolean;
  /** What the state has no room for: its word and reason. */
  state?: string;
}

/** The name of a workload, its type, and the SLO of the row. It links to the first data link. */
export function NameCell({ row, grouped, compact, state }: Props) {
  const styles = useStyles2(getStyles);
  const text = useStyles2(getTextStyles);
  const sub = describe(row, grouped);
  const [link] = useFollowable(rowLinks(row));
  return (
    <div title={`${Object.values(row.labels).join(' / ')} · ${row.slo}`}>
      <div className={styles.name}>
        {link ? <RowLink link={link}>{row.name}</RowLink> : row.name}
        {compact && row.slo !== row.name && <span className={styles.slo}>{row.slo}</span>}
      </div>
      {(state || (!compact && sub)) && <div className={text.sub}>{[state, sub].filter(Boolean).join(' · ')}</div>}
    </div>
  );
}

function describe(row: WorkloadRow, grouped: boolean): string {
  const place = grouped ? undefined : row.namespace;
  const parts = [...row.others, place, row.kind, row.slo === row.name ? undefined : row.slo];
  return parts.filter(Boolean).join(' · ');
}

const getStyles = (theme: GrafanaTheme2) => ({
  name: css({
    fontWeight: theme.typography.fontWeightMedium,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
  }),
  slo: css({
    marginLeft: theme.spacing(1),
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    fontWeight: theme.typography.fontWeightRegular,
  }),
});
