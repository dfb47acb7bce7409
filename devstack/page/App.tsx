import { DataSourceApi, DataSourceInstanceSettings, GrafanaTheme2, RawTimeRange } from '@grafana/data';
import { ErrorBoundaryAlert, useStyles2 } from '@grafana/ui';
import { css } from '@emotion/css';
import { useMemo, useState } from 'react';

import { AlertPage } from './AlertPage';
import { AnnotationPage } from './AnnotationPage';
import { ConfigPage } from './ConfigPage';
import { DashboardsPage } from './DashboardsPage';
import { ExplorePage } from './ExplorePage';
import { Plugins } from './pluginLoader';
import { QueryPage } from './QueryPage';
import { Current, makeCurrent } from './services';
import { TopBar } from './TopBar';
import { VariablePage } from './VariablePage';
import { useRefresh } from './useRefresh';
import { Route, useRoute } from './useRoute';
import { WorkloadsPage } from './WorkloadsPage';

interface Props {
  plugins: Plugins;
  current: Current;
  initialSettings: DataSourceInstanceSettings;
  onToggleTheme: () => void;
}

const PAGES = {
  workloads: WorkloadsPage,
  dashboards: DashboardsPage,
  query: QueryPage,
  explore: ExplorePage,
  alert: AlertPage,
  annotation: AnnotationPage,
  variable: VariablePage,
  config: ConfigPage,
} satisfies Record<Route, unknown>;

const TIME_ZONE = 'browser';

/** The demo of one data source: on a dashboard, in its query editor and in its settings. */
export function App({ plugins, current, initialSettings, onToggleTheme }: Props) {
  const styles = useStyles2(getStyles);
  const route = useRoute();
  const [settings, setSettings] = useState(initialSettings);
  const [range, setRange] = useState<RawTimeRange>(firstRange);
  const [interval, setInterval] = useState('15s');
  const [refresh, onRefresh] = useRefresh(interval);
  const datasource = useMemo(() => {
    const made: DataSourceApi = new plugins.datasource.DataSourceClass(settings);
    makeCurrent(current, settings, made);
    return made;
  }, [plugins, current, settings]);
  const Page = PAGES[route];

  return (
    <div className={styles.app}>
      <TopBar
        route={route}
        range={range}
        onRange={setRange}
        interval={interval}
        onInterval={setInterval}
        onRefresh={onRefresh}
        timeZone={TIME_ZONE}
        onToggleTheme={onToggleTheme}
      />
      <main className={styles.main}>
        <ErrorBoundaryAlert key={route}>
          <Page
            plugins={plugins}
            datasource={datasource}
            settings={settings}
            onSaved={setSettings}
            range={range}
            refresh={refresh}
            timeZone={TIME_ZONE}
            variables={current.variables}
          />
        </ErrorBoundaryAlert>
      </main>
    </div>
  );
}

/** The range in the URL (`?from=now-30d`), or the last hour. */
function firstRange(): RawTimeRange {
  return { from: new URLSearchParams(window.location.search).get('from') ?? 'now-1h', to: 'now' };
}

const getStyles = (theme: GrafanaTheme2) => ({
  app: css({ display: 'flex', flexDirection: 'column', height: '100vh', background: theme.colors.background.canvas }),
  main: css({
    flex: '1 1 0',
    minHeight: 0,
    display: 'flex',
    flexDirection: 'column',
    overflow: 'auto',
    padding: theme.spacing(2),
  }),
});
