import { CoreApp } from '@grafana/data';
import type { ComboboxOption } from '@grafana/ui';

import { t } from './i18n';
import type { QueryType } from './types';

/** The query types, each with a line on what it answers: in alert rules and for annotations only those that serve there. */
export function queryTypeOptions(app?: CoreApp, annotation = false): Array<ComboboxOption<QueryType>> {
  const all: Array<ComboboxOption<QueryType>> = [
    {
      value: 'summary',
      label: t('query-type.summary', 'Summary'),
      description: t(
        'query-type.summary-explained',
        'One row per SLO and group: state, budget left, burn rates, forecast. For tables, stats and alert rules.'
      ),
    },
    {
      value: 'timeseries',
      label: t('query-type.timeseries', 'Time series'),
      description: t(
        'query-type.timeseries-explained',
        'How the budget, the burn rates, p95 or the throughput changed over the time range.'
      ),
    },
    {
      value: 'workloads',
      label: t('query-type.workloads', 'Workloads'),
      description: t(
        'query-type.workloads-explained',
        'One row per group with its tightest SLO, p95, throughput and trend. For the Burnline workloads panel.'
      ),
    },
    {
      value: 'resources',
      label: t('query-type.resources', 'Resources'),
      description: t(
        'query-type.resources-explained',
        'What workloads use and of how much: CPU, memory, restarts, replicas, network, GPUs. About no SLO.'
      ),
    },
    {
      value: 'history',
      label: t('query-type.history', 'History'),
      description: t(
        'query-type.history-explained',
        'One row per calendar period of the time range: how each week, month, quarter or year ended.'
      ),
    },
    {
      value: 'burners',
      label: t('query-type.burners', 'Burners'),
      description: t('query-type.burners-explained', 'Which label values spent the budget, worst first.'),
    },
    {
      value: 'whatif',
      label: t('query-type.whatif', 'What if'),
      description: t(
        'query-type.whatif-explained',
        'The budget under other objectives and windows, side by side, from what was counted.'
      ),
    },
    {
      value: 'backtest',
      label: t('query-type.backtest', 'Backtest'),
      description: t(
        'query-type.backtest-explained',
        'What each alert policy would have done over the time range: pages, time to detect, budget spent before.'
      ),
    },
    {
      value: 'alerts',
      label: t('query-type.alerts', 'Alerts'),
      description: t(
        'query-type.alerts-explained',
        'One number per SLO, group and severity: whether its alert fires now. For alert rules.'
      ),
    },
    {
      value: 'annotations',
      label: t('query-type.annotations', 'Annotations'),
      description: t(
        'query-type.annotations-explained',
        'What happened over the time range: alerts, spent budgets, exclusions, rollouts.'
      ),
    },
  ];
  if (annotation) {
    return all.filter(({ value }) => value === 'annotations');
  }
  const alertable: QueryType[] = ['alerts', 'summary', 'timeseries', 'resources'];
  return app === CoreApp.UnifiedAlerting ? all.filter(({ value }) => alertable.includes(value)) : all;
}
