import { Alert, Button, InteractiveTable } from '@grafana/ui';
import { useMemo, useState } from 'react';

import { DashboardView } from './DashboardView';
import { DashboardJSON, chooseVariables, importDashboard } from './dashboards';
import { PageProps } from './Page';

/** The Dashboards tab of the data source, and the dashboard that was imported from it. */
export function DashboardsPage(props: PageProps) {
  const { settings, datasource, range, variables } = props;
  const [shown, setShown] = useState<DashboardJSON>();
  const [problem, setProblem] = useState<string>();
  const bundled = (settings.meta.includes ?? []).filter(({ type }) => type === 'dashboard');
  const open = async (path: string) => {
    try {
      const dashboard = await importDashboard(`/public/plugins/${settings.type}/${path}`, datasource);
      await chooseVariables(dashboard, datasource, dashboard.time ?? range, variables);
      setShown(dashboard);
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  const columns = useMemo(
    () => [
      { id: 'name', header: 'Dashboard' },
      { id: 'import', header: '' },
    ],
    []
  );
  if (problem) {
    return <Alert severity="error" title={problem} />;
  }
  if (shown) {
    return <DashboardView {...props} dashboard={shown} />;
  }
  return (
    <InteractiveTable
      columns={columns}
      data={bundled.map(({ name, path = '' }) => ({
        name,
        import: (
          <Button size="sm" variant="secondary" onClick={() => open(path)} aria-label={`Import ${name}`}>
            Import
          </Button>
        ),
      }))}
      getRowId={({ name }) => name}
    />
  );
}
