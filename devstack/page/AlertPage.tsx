import { CoreApp, LoadingState, PanelData } from '@grafana/data';
import { Alert, InteractiveTable } from '@grafana/ui';
import { useMemo } from 'react';

import { EditedQuery, messageOf } from './EditedQuery';
import { Instance, alertInstances } from './instances';
import { PageProps } from './Page';

/**
 * The query of an alert rule, and a preview of its instances with Grafana's default condition:
 * above 0.
 */
export function AlertPage(props: PageProps) {
  return (
    <EditedQuery {...props} app={CoreApp.UnifiedAlerting}>
      {(data) => <Preview data={data} />}
    </EditedQuery>
  );
}

function Preview({ data }: { data: PanelData }) {
  const { instances, problem } = useMemo(() => evaluated(data), [data]);
  if (problem) {
    return <Alert severity="error" title={problem} data-testid="rule problem" />;
  }
  const firing = instances.filter(({ value }) => value !== null && value > 0).length;
  return (
    <section aria-label="Preview" style={{ flex: '1 1 0', minHeight: 0, overflow: 'auto' }} data-state={data.state}>
      <p data-testid="instances">
        {instances.length} instances, {firing} above 0
      </p>
      <InteractiveTable
        columns={[
          { id: 'labels', header: 'Labels' },
          { id: 'value', header: 'Value' },
        ]}
        data={instances.map(({ labels, value }) => ({ labels: written(labels), value: value ?? 'no data' }))}
        getRowId={({ labels }) => labels}
        pageSize={20}
      />
    </section>
  );
}

function evaluated(data: PanelData): { instances: Instance[]; problem?: string } {
  try {
    const problem = data.state === LoadingState.Error ? messageOf(data) : undefined;
    return { instances: alertInstances(data.series), problem };
  } catch (error) {
    return { instances: [], problem: (error as Error).message };
  }
}

function written(labels: Instance['labels']): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(', ');
}
