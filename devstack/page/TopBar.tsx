import { GrafanaTheme2, RawTimeRange, rangeUtil } from '@grafana/data';
import { Button, RefreshPicker, Tab, TabsBar, TimeRangeInput, useStyles2, useTheme2 } from '@grafana/ui';
import { css } from '@emotion/css';

import { Route } from './useRoute';

interface Props {
  route: Route;
  range: RawTimeRange;
  onRange: (range: RawTimeRange) => void;
  interval: string;
  onInterval: (interval: string) => void;
  onRefresh: () => void;
  timeZone: string;
  onToggleTheme: () => void;
}

const TABS: Array<{ route: Route; label: string }> = [
  { route: 'workloads', label: 'Workloads' },
  { route: 'dashboards', label: 'Dashboards' },
  { route: 'query', label: 'Query editor' },
  { route: 'explore', label: 'Explore' },
  { route: 'alert', label: 'Alert rule' },
  { route: 'annotation', label: 'Annotation' },
  { route: 'variable', label: 'Variable' },
  { route: 'config', label: 'Data source' },
];

/**
 * The name of the project, the pages, and the controls of a dashboard: time range, refresh and
 * theme.
 */
export function TopBar(props: Props) {
  const { route, range, onRange, interval, onInterval, onRefresh, timeZone, onToggleTheme } = props;
  const theme = useTheme2();
  const styles = useStyles2(getStyles);
  return (
    <header className={styles.bar}>
      <img src="/public/plugins/burnline-slo-datasource/img/logo.svg" alt="" width={24} height={24} />
      <h1 className={styles.name}>Burnline</h1>
      <nav className={styles.tabs}>
        <TabsBar hideBorder>
          {TABS.map((tab) => (
            <Tab key={tab.route} label={tab.label} href={`#/${tab.route}`} active={tab.route === route} />
          ))}
        </TabsBar>
      </nav>
      <div className={styles.tools}>
        {route !== 'config' && (
          <>
            <TimeRangeInput
              value={rangeUtil.convertRawToRange(range)}
              timeZone={timeZone}
              onChange={({ raw }) => onRange(raw)}
              hideTimeZone
            />
            <RefreshPicker
              value={interval}
              intervals={['15s', '1m', '5m']}
              onIntervalChanged={onInterval}
              onRefresh={onRefresh}
              tooltip="Refresh"
            />
          </>
        )}
        <Button variant="secondary" fill="text" size="sm" onClick={onToggleTheme}>
          {theme.isDark ? 'Light theme' : 'Dark theme'}
        </Button>
      </div>
    </header>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(0, 1),
    padding: theme.spacing(0, 2),
    background: theme.colors.background.primary,
    borderBottom: `1px solid ${theme.colors.border.weak}`,
  }),
  name: css({ margin: theme.spacing(0, 2, 0, 0), fontSize: theme.typography.h4.fontSize }),
  tabs: css({ flex: '1 1 auto' }),
  tools: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1), padding: theme.spacing(0.5, 0) }),
});
