import { GrafanaTheme2, LinkModel } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { css } from '@emotion/css';
import React, { ReactNode } from 'react';

interface Props {
  link: LinkModel;
  children: ReactNode;
}

/**
 * A data link as in Grafana's own panels: an anchor that Grafana opens without reloading the page.
 */
export function RowLink({ link, children }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <a
      href={link.href}
      target={link.target}
      rel={link.target === '_blank' ? 'noopener noreferrer' : undefined}
      title={link.title}
      onClick={link.onClick}
      className={styles.link}
    >
      {children}
    </a>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  link: css({
    color: 'inherit',
    textDecoration: 'underline',
    textDecorationColor: theme.colors.border.strong,
    textUnderlineOffset: '3px',
    '&:hover': { color: theme.colors.text.link, textDecorationColor: 'currentColor' },
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}` },
  }),
});
