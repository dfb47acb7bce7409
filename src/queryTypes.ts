import { CoreApp } from '@grafana/data';
import type { ComboboxOption } from '@grafana/ui';

import { t } from './i18n';
import type { QueryType } from './types';

/** The query types as options with descriptions. Alert rules and annotations have fewer. */
export function queryTypeOptions(app?: CoreApp, annotation = false): Array<ComboboxOption<QueryType>> {
  const all: Array<ComboboxOption<QueryType>> = [
    {
      value: 'summary',
      label: t('query-type.summary', 'Summary'),
      description: t(
        'query-type.summary-explained',
        'One row for each SLO and group: state, error budget, burn rates, forecast. For tables, stats and alert rules.'
      ),
    },
    {
      value: 'timeseries',
      label: t('query-type.timeseries', 'Time series'),
      description: t(
        'query-type.timeseries-explained',
        'Error budget, burn rates, p95 or throughput over the time range.'
      ),
    },
    {
      value: 'workloads',
      label: t('query-type.workloads', 'Workloads'),
      description: t(
        'query-type.workloads-explained',
        'One row for each group with its most urgent SLO, p95, throughput and trend. For the Burnline workloads panel.'
      ),
    },
    {
      value: 'resources',
      label: t('query-type.resources', 'Resources'),
      description: t(
        'query-type.resources-explained',
        'CPU, memory, restarts, replicas, network and GPU usage per workload. Doesn’t use SLOs.'
      ),
    },
    {
      value: 'history',
      label: t('query-type.history', 'History'),
      description: t(
        'query-type.history-explained',
        'One row for each calendar week, month, quarter or year in the time range.'
      ),
    },
    {
      value: 'burners',
      label: t('query-type.burners', 'Breakdown'),
      description: t('query-type.burners-explained', 'The label values that spent the budget, worst first.'),
    },
    {
      value: 'changes',
      label: t('query-type.changes', 'Changes'),
      description: t(
        'query-type.changes-explained',
        'Rollouts, restarts, nodes and other changes, ranked by the bad events that they are likely to have caused.'
      ),
    },
    {
      value: 'exemplars',
      label: t('query-type.exemplars', 'Failing requests'),
      description: t('query-type.exemplars-explained', 'Single bad events with their trace IDs, from exemplars.'),
    },
    {
      value: 'whatif',
      label: t('query-type.whatif', 'Compare objectives'),
      description: t('query-type.whatif-explained', 'The error budget under other objectives and windows.'),
    },
    {
      value: 'backtest',
      label: t('query-type.backtest', 'Alert policy backtest'),
      description: t(
        'query-type.backtest-explained',
        'What each alert policy would have done in the time range: pages, time to detect, budget spent before.'
      ),
    },
    {
      value: 'alerts',
      label: t('query-type.alerts', 'Alerts'),
      description: t('query-type.alerts-explained', 'One value for each SLO, group and severity, for alert rules.'),
    },
    {
      value: 'annotations',
      label: t('query-type.annotations', 'Annotations'),
      description: t(
        'query-type.annotations-explained',
        'Alerts, spent budgets, exclusions and rollouts, and changes of configurations, nodes and autoscalers.'
      ),
    },
  ];
  if (annotation) {
    return all.filter(({ value }) => value === 'annotations');
  }
  const alertable: QueryType[] = ['alerts', 'summary', 'timeseries', 'resources'];
  return app === CoreApp.UnifiedAlerting ? all.filter(({ value }) => alertable.includes(value)) : all;
}
