import { CoreApp } from '@grafana/data';

import { PageProps } from './Page';
import { PluginPanel } from './PluginPanel';
import { useQuery } from './useQuery';

const QUERIES = [{ refId: 'A', queryType: 'workloads' }];

/** The panel as on a dashboard. */
export function WorkloadsPage({ plugins, datasource, range, refresh, timeZone }: PageProps) {
  const data = useQuery({
    datasource,
    queries: QUERIES,
    app: CoreApp.Dashboard,
    panelPluginId: 'burnline-workloads-panel',
    range,
    refresh,
  });
  return <PluginPanel plugin={plugins.panel} title="Workloads" data={data} timeZone={timeZone} />;
}
