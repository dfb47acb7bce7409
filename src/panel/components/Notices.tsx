import { GrafanaTheme2, QueryResultMetaNotice } from '@grafana/data';
import { Icon, IconName, useStyles2, useTheme2 } from '@grafana/ui';
import { css } from '@emotion/css';
import React, { useState } from 'react';

import { t } from '../i18n';
import { GroupedNotice } from '../notices';

interface Props {
  notices: GroupedNotice[];
}

const ICONS: Record<QueryResultMetaNotice['severity'], IconName> = {
  error: 'exclamation-circle',
  warning: 'exclamation-triangle',
  info: 'info-circle',
};

/** Notices about the numbers, such as data gaps: the most severe one, the others on demand. */
export function Notices({ notices }: Props) {
  const styles = useStyles2(getStyles);
  const [all, setAll] = useState(false);
  if (notices.length === 0) {
    return null;
  }
  const single = notices.flatMap(({ texts, ...notice }) => texts.map((text) => ({ ...notice, text })));
  const shown = all ? single : notices.slice(0, 1);
  return (
    <div className={styles.strip} data-testid="notices">
      <ul className={styles.list}>
        {shown.map((notice) => (
          <Line key={`${notice.severity} ${notice.text}`} notice={notice} />
        ))}
      </ul>
      {single.length > 1 && (
        <button type="button" className={styles.more} aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t('notices.less', 'Show less') : t('notices.more', '{{count}} more', { count: single.length - 1 })}
        </button>
      )}
    </div>
  );
}

function Line({ notice }: { notice: QueryResultMetaNotice }) {
  const theme = useTheme2();
  const styles = useStyles2(getStyles);
  return (
    <li className={styles.notice}>
      <span style={{ color: theme.colors[notice.severity].text }}>
        <Icon name={ICONS[notice.severity]} size="sm" />
      </span>
      <span>
        {notice.text}
        {notice.link && (
          <>
            {' '}
            <a href={notice.link} target="_blank" rel="noopener noreferrer" className={styles.link}>
              {t('notices.learn', 'Learn more')}
            </a>
          </>
        )}
      </span>
    </li>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  strip: css({
    display: 'flex',
    alignItems: 'flex-start',
    gap: theme.spacing(1),
    maxHeight: theme.spacing(12),
    overflow: 'auto',
    padding: theme.spacing(0.5, 1.5),
    borderTop: `1px solid ${theme.colors.border.weak}`,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  list: css({ flex: '1 1 auto', margin: 0, padding: 0, listStyle: 'none', minWidth: 0 }),
  notice: css({ display: 'flex', gap: theme.spacing(0.75), alignItems: 'baseline' }),
  more: css({
    border: 'none',
    padding: 0,
    fontSize: 'inherit',
    background: 'transparent',
    color: theme.colors.text.link,
    whiteSpace: 'nowrap',
    '&:hover': { textDecoration: 'underline' },
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}` },
  }),
  link: css({ color: theme.colors.text.link, textDecoration: 'underline' }),
});
