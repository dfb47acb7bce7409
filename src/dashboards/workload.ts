import * as common from '@grafana/grafana-foundation-sdk/common';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';

import { ALL, burnlineDashboard, graph, happened, thresholds } from './frame';
import { CHOSEN, DATASOURCE, Query, Question } from './query';
import {
  bars,
  folded,
  modelPanels,
  Naming,
  nodePanels,
  overTime,
  resourceTable,
  standing,
  TITLES,
  wirePanels,
  workloadVariable,
} from './resources';

/** One workload: its SLOs, its resources and their limits, and its pods. */
export function workload(): dashboard.DashboardBuilder {
  return burnlineDashboard(
    'burnline-kubernetes-workload',
    'Kubernetes workload',
    'One workload: budget, burn rates, p95, throughput, saturation, restarts, replicas, network, GPUs and pods'
  )
    .time({ from: 'now-6h', to: 'now' })
    .refresh('1m')
    .withVariable(workloadVariable('cluster', 'Cluster').current(ALL))
    .withVariable(workloadVariable('namespace', 'Namespace', ['cluster']).includeAll(false))
    .withVariable(workloadVariable('workload', 'Workload', ['cluster', 'namespace']).includeAll(false))
    .annotation(happened('Alerts', 'red', { annotations: ['firing'] }))
    .annotation(happened('Rollouts', 'blue', { annotations: ['rollouts'] }))
    .withPanel(objectivesTable())
    .withPanel(now())
    .withPanel(
      promised('Error budget remaining', 'Over the window of each SLO that ends at each point', 'budget')
        .unit('percentunit')
        .axisSoftMax(1)
    )
    .withPanel(
      promised('Burn rates', 'Multiples of the even burn, by window', 'burn').displayName(
        '${__field.labels.slo} ${__field.labels.window}'
      )
    )
    .withPanel(promised('p95', 'Of the SLOs that have one', 'p95').unit('s'))
    .withPanel(promised('Throughput', 'Events per second', 'throughput').unit('reqps'))
    .withPanel(used('CPU', 'Cores that the containers use', ['cpu']))
    .withPanel(
      used('CPU by request and limit', 'Of the limit: the nearest container. Throttled: the most throttled one', [
        'cpu_request',
        'cpu_limit',
        'cpu_throttled',
      ])
    )
    .withPanel(used('Memory', 'Working set', ['memory']))
    .withPanel(
      used('Memory by request and limit', 'Of the limit: the nearest container, which is killed at 100 %', [
        'memory_request',
        'memory_limit',
      ])
    )
    .withPanel(used('Replicas', 'Share of the requested replicas that is available', ['replicas']).axisSoftMax(1))
    .withPanel(bars(used('Restarts', 'In the step that ends at each point', ['restarts'])))
    .withPanel(pods())
    .withRow(
      folded(
        'Network',
        bars(used('Network errors', 'Dropped flows and sent resets, by Hubble', ['drops', 'tcp_resets'])),
        used('Traffic', 'Bytes per second of its pods', ['received', 'sent']),
        ...wirePanels(titled)
      )
    )
    .withRow(
      folded(
        'GPUs and models',
        used('GPUs', 'How busy they are, and the memory of the fullest one', ['gpu_busy', 'gpu_memory'])
          .axisSoftMax(1)
          .span(24),
        ...modelPanels(titled)
      )
    )
    .withRow(folded('Nodes and states', ...nodePanels(titled)));
}

function objectivesTable(): dashboard.PanelBuilder {
  const row = '?var-datasource=${datasource}&var-slo=${__data.fields.slo}&${__url_time_range}';
  return new dashboard.PanelBuilder()
    .type('burnline-workloads-panel')
    .title('SLOs')
    .datasource(DATASOURCE)
    .withTarget(new Query({ queryType: 'summary', filters: CHOSEN }))
    .height(8)
    .span(24)
    .options({ columns: ['budget', 'burn', 'forecast', 'p95', 'throughput', 'sli'] })
    .overrideByName('SLO', [
      {
        id: 'links',
        value: [
          { title: 'SLO in detail', url: `/d/burnline-slo${row}` },
          {
            title: 'What spent the budget',
            url: `/d/burnline-spent${row}&var-namespace=\${namespace}&var-workload=\${workload}`,
          },
        ],
      },
    ]);
}

function now(): stat.PanelBuilder {
  return new stat.PanelBuilder()
    .title('Now')
    .description('Restarts, drops and resets: in the time range')
    .datasource(DATASOURCE)
    .withTarget(
      standing([
        'replicas',
        'restarts',
        'cpu_limit',
        'cpu_throttled',
        'memory_limit',
        'drops',
        'tcp_resets',
        'gpu_busy',
      ])
    )
    .height(4)
    .span(24)
    .graphMode(common.BigValueGraphMode.None)
    .colorMode(common.BigValueColorMode.Value)
    .textMode(common.BigValueTextMode.ValueAndName)
    .orientation(common.VizOrientation.Vertical)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull'])) // the numbers alone
    .decimals(0)
    .noValue('–')
    .thresholds(thresholds('text'));
}

function promised(
  title: string,
  description: string,
  metric: NonNullable<Question['metrics']>[number]
): timeseries.PanelBuilder {
  return graph(title, description, { queryType: 'timeseries', metrics: [metric], filters: CHOSEN })
    .maxDataPoints(72)
    .axisSoftMin(0)
    .displayName('${__field.labels.slo}');
}

function used(...[title, description, signals]: Parameters<typeof overTime>): timeseries.PanelBuilder {
  return titled(overTime(title, description, signals), signals);
}

/** Names lines of one workload after their signals. */
function titled(...[panel, signals]: Parameters<Naming>): timeseries.PanelBuilder {
  return signals.reduce((all, one) => all.overrideByName(one, [{ id: 'displayName', value: TITLES[one] }]), panel);
}

function pods() {
  return resourceTable(
    'Pods',
    'Those that use something now, and those that were restarted in the time range',
    standing(
      [
        'restarts',
        'cpu',
        'cpu_limit',
        'cpu_throttled',
        'memory',
        'memory_limit',
        'received',
        'sent',
        'gpus',
        'gpu_busy',
        'gpu_memory',
      ],
      ['pod']
    )
  )
    .height(9)
    .span(24);
}
