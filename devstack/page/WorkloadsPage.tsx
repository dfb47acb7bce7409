import { PageProps } from './Page';
import { PluginPanel } from './PluginPanel';
import { useQuery } from './useQuery';

const QUERY = { refId: 'A', queryType: 'workloads' };

/** The panel as it stands on a dashboard. */
export function WorkloadsPage({ plugins, datasource, range, refresh, timeZone }: PageProps) {
  const data = useQuery({ datasource, query: QUERY, range, refresh });
  return <PluginPanel plugin={plugins.panel} title="Workloads" data={data} timeZone={timeZone} />;
}
