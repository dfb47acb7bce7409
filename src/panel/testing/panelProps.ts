import { EventBusSrv, LoadingState, PanelData, PanelProps, getDefaultTimeRange } from '@grafana/data';

import { PanelOptions } from '../types';

/** The panel's properties in Grafana, with defaults for all that a test does not set. */
export function panelProps(
  data: Partial<PanelData>,
  props: Partial<PanelProps<PanelOptions>> = {}
): PanelProps<PanelOptions> {
  return {
    id: 1,
    title: 'Workloads',
    data: { state: LoadingState.Done, series: [], timeRange: getDefaultTimeRange(), ...data },
    options: {
      groupByNamespace: false,
      columns: ['budget', 'burn', 'forecast', 'p95', 'throughput', 'trend'],
      density: 'comfortable',
      showFilter: true,
    },
    width: 1400,
    height: 600,
    timeZone: 'utc',
    timeRange: getDefaultTimeRange(),
    fieldConfig: { defaults: {}, overrides: [] },
    transparent: false,
    renderCounter: 0,
    eventBus: new EventBusSrv(),
    replaceVariables: (value) => value,
    onOptionsChange: () => {},
    onFieldConfigChange: () => {},
    onChangeTimeRange: () => {},
    ...props,
  };
}
