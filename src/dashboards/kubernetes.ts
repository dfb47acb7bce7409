import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';

import { ALL, burnlineDashboard, graph, happened } from './frame';
import { CHOSEN, DATASOURCE, Query } from './query';
import {
  BY_WORKLOAD,
  bars,
  chooses,
  modelPanels,
  nodePanels,
  number,
  folded,
  overTime,
  resourceTable,
  standing,
  wirePanels,
  workloadVariable,
} from './resources';

export const KUBERNETES = 'burnline-kubernetes';
const WORKLOAD = 'burnline-kubernetes-workload';

/** The workloads of a cluster, with their SLOs and resources. */
export function kubernetes(): dashboard.DashboardBuilder {
  return burnlineDashboard(
    KUBERNETES,
    'Kubernetes workloads',
    'Which workloads need help: budgets, burn rates, latency, saturation, restarts, replicas, network and GPUs'
  )
    .time({ from: 'now-6h', to: 'now' })
    .refresh('1m')
    .withVariable(workloadVariable('cluster', 'Cluster').multi(true).current(ALL))
    .withVariable(workloadVariable('namespace', 'Namespace', ['cluster']).multi(true).current(ALL))
    .withVariable(workloadVariable('workload', 'Workload', ['cluster', 'namespace']).multi(true).current(ALL))
    .annotation(happened('Rollouts', 'blue', { annotations: ['rollouts'] }))
    .withPanel(number('Replicas missing', 'Requested, but not available', USED, 'Replicas missing', 'sum'))
    .withPanel(number('Restarts', 'Of containers in the time range', USED, 'Restarts', 'sum'))
    .withPanel(
      number(
        'Highest memory',
        'Memory of the limit, of the container that is nearest to it',
        USED,
        'Memory of limit',
        'max'
      )
    )
    .withPanel(number('Most throttled', 'Of any container, by its CPU limit', USED, 'CPU throttled', 'max'))
    .withPanel(objectivesTable())
    .withPanel(workloads())
    .withPanel(namespaces())
    .withPanel(
      overTime('Memory of limit', 'The ten workloads that are nearest', ['memory_limit'])
        .displayName(BY_WORKLOAD)
        .axisSoftMax(1)
    )
    .withPanel(
      overTime('CPU throttled', 'The ten workloads that are throttled most', ['cpu_throttled']).displayName(BY_WORKLOAD)
    )
    .withPanel(
      bars(overTime('Restarts over time', 'In the step that ends at each point', ['restarts']).displayName(BY_WORKLOAD))
    )
    .withPanel(
      bars(
        overTime('Replicas missing over time', 'Requested, but not available', ['replicas_missing']).displayName(
          BY_WORKLOAD
        ),
        'max'
      )
    )
    .withRow(
      folded(
        'Network',
        bars(
          overTime('Dropped flows', 'By Hubble, in the step that ends at each point', ['drops']).displayName(
            BY_WORKLOAD
          )
        ),
        bars(
          overTime('TCP resets', 'By Hubble, in the step that ends at each point', ['tcp_resets']).displayName(
            BY_WORKLOAD
          )
        ),
        graph('Throughput by namespace', 'Events per second of each SLO', {
          queryType: 'timeseries',
          metrics: ['throughput'],
          groupBy: ['namespace'],
          filters: CHOSEN,
        })
          .maxDataPoints(72)
          .displayName('${__field.labels.namespace} ${__field.labels.slo}')
          .unit('reqps')
          .axisSoftMin(0),
        ...wirePanels(byWorkload)
      )
    )
    .withRow(
      folded(
        'GPUs and models',
        overTime('GPU busy', 'Mean of the GPUs of each workload', ['gpu_busy']).displayName(BY_WORKLOAD).axisSoftMax(1),
        ...modelPanels(byWorkload)
      )
    )
    .withRow(folded('Nodes and states', ...nodePanels(byWorkload)));
}

/** Names lines after their workloads. */
function byWorkload(panel: timeseries.PanelBuilder): timeseries.PanelBuilder {
  return panel.displayName(BY_WORKLOAD);
}

/** Id (and position) of the panel with the result that the numbers show too. */
const USED = 6;

function objectivesTable(): dashboard.PanelBuilder {
  return new dashboard.PanelBuilder()
    .type('burnline-workloads-panel')
    .title('SLOs by workload')
    .datasource(DATASOURCE)
    .withTarget(new Query({ queryType: 'summary', filters: CHOSEN }))
    .height(13)
    .span(24)
    .options({ density: 'compact' })
    .overrideByName('SLO', [
      { id: 'links', value: [chooses('Workload', WORKLOAD, 'cluster', 'namespace', 'workload')] },
    ]);
}

function workloads() {
  return resourceTable(
    'Resource usage',
    'CPU and memory of limits: the container that is nearest to its limit. Restarts, drops and resets: in the time range',
    standing([
      'replicas',
      'replicas_missing',
      'restarts',
      'cpu_limit',
      'cpu_throttled',
      'memory_limit',
      'drops',
      'tcp_resets',
      'gpu_busy',
      'gpu_memory',
    ])
  )
    .height(13)
    .span(24)
    .overrideByName('workload', [
      { id: 'links', value: [chooses('Workload', WORKLOAD, 'cluster', 'namespace', 'workload')] },
    ]);
}

function namespaces() {
  return resourceTable(
    'Namespaces',
    'Select a namespace to filter',
    standing(
      [
        'replicas_missing',
        'restarts',
        'cpu',
        'memory',
        'memory_limit',
        'drops',
        'received',
        'sent',
        'gpus',
        'gpu_busy',
      ],
      ['namespace']
    )
  )
    .height(8)
    .span(24)
    .overrideByName('namespace', [{ id: 'links', value: [chooses('Workloads', KUBERNETES, 'namespace')] }]);
}
