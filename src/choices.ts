import type { ComboboxOption } from '@grafana/ui';

import { t } from './i18n';
import type { AlertValue, AnnotationKind, ChangeKind, Metric } from './types';

// The values of the fields of single query types.

function choice<T extends string>(value: T, label: string, description?: string): ComboboxOption<T> {
  return { value, label, description };
}

export function alertValues(): Array<ComboboxOption<AlertValue>> {
  const nearest = t('alerts.burn-long-explained', 'For the alert that is nearest to firing');
  return [
    choice(
      'firing',
      t('alerts.firing', 'Firing'),
      t('alerts.firing-explained', '1 while an alert of the severity fires, else 0')
    ),
    choice(
      'unmeasured',
      t('alerts.unmeasured', 'Unmeasured'),
      t('alerts.unmeasured-explained', '1 while there is too little data to decide. The alert keeps its last state.')
    ),
    choice('state', t('alerts.state', 'State'), t('alerts.state-explained', 'The state as a number, as in a summary')),
    choice(
      'budget',
      t('alerts.budget', 'Error budget remaining'),
      t('alerts.budget-explained', 'Share of the budget. Negative is overspent.')
    ),
    choice('burn_long', t('alerts.burn-long', 'Burn rate, long window'), nearest),
    choice('burn_short', t('alerts.burn-short', 'Burn rate, short window'), nearest),
    choice('factor', t('alerts.factor', 'Burn-rate threshold'), nearest),
    choice(
      'exhausted_in',
      t('alerts.exhausted-in', 'Exhausted in'),
      t('alerts.exhausted-in-explained', 'Seconds until the budget is spent at the current burn rate')
    ),
    choice(
      'change',
      t('alerts.change', 'Likely change'),
      t(
        'alerts.change-explained',
        'Bad events that the most likely change explains, while the alert fires. The label change describes it.'
      )
    ),
  ];
}

/** The numbers of a summary. */
export function summaryValues(): ComboboxOption[] {
  return [
    choice('budget', t('alerts.budget', 'Error budget remaining')),
    choice('sli', t('alerts.sli', 'SLI')),
    choice('exhausted_in', t('alerts.exhausted-in', 'Exhausted in')),
    choice('p95', 'p95'),
    choice('throughput', t('alerts.throughput', 'Throughput')),
    choice('coverage', t('alerts.coverage', 'Coverage')),
    choice('events', t('alerts.events', 'Events')),
    choice('bad', t('alerts.bad', 'Bad events')),
  ];
}

export function annotationKinds(): Array<ComboboxOption<AnnotationKind>> {
  return [
    choice(
      'firing',
      t('annotations.firing', 'Alerts'),
      t('annotations.firing-explained', 'When alerts of the policy fired')
    ),
    choice(
      'budget',
      t('annotations.budget', 'Budget'),
      t('annotations.budget-explained', 'When the budget was spent, and when it recovered')
    ),
    choice(
      'exclusions',
      t('annotations.exclusions', 'Exclusions'),
      t('annotations.exclusions-explained', 'Excluded periods, such as maintenance')
    ),
    choice(
      'rollouts',
      t('annotations.rollouts', 'Rollouts'),
      t('annotations.rollouts-explained', 'When a workload changed, from kube-state-metrics')
    ),
    choice(
      'config',
      t('annotations.config', 'Configurations'),
      t('annotations.config-explained', 'When a ConfigMap or Secret changed')
    ),
    choice(
      'restarts',
      t('annotations.restarts', 'Restarts'),
      t('annotations.restarts-explained', 'When containers restarted, also for their memory')
    ),
    choice(
      'nodes',
      t('annotations.nodes', 'Nodes'),
      t('annotations.nodes-explained', 'When nodes were not ready or drained')
    ),
    choice(
      'scaling',
      t('annotations.scaling', 'Autoscalers'),
      t('annotations.scaling-explained', 'When autoscalers were at their maximum')
    ),
  ];
}

export function changeKinds(): Array<ComboboxOption<ChangeKind>> {
  return [
    choice('rollout', t('changes.rollout', 'Rollouts')),
    choice('config', t('changes.config', 'ConfigMaps and Secrets')),
    choice('restart', t('changes.restart', 'Restarts')),
    choice('oom', t('changes.oom', 'Out of memory')),
    choice('node', t('changes.node', 'Nodes not ready or drained')),
    choice('scaling', t('changes.scaling', 'Autoscalers at their maximum')),
    choice('exclusion', t('changes.exclusion', 'Exclusions')),
  ];
}

export function metrics(): Array<ComboboxOption<Metric>> {
  return [
    choice(
      'budget',
      t('metrics.budget', 'Error budget remaining'),
      t('metrics.budget-explained', '100% is untouched. Negative is overspent.')
    ),
    choice(
      'burn',
      t('metrics.burn', 'Burn rates'),
      t(
        'metrics.burn-explained',
        'One series for each window of the policy. At 1, the budget lasts exactly one window.'
      )
    ),
    choice('sli', t('metrics.sli', 'SLI'), t('metrics.sli-explained', 'Share of good events over the window')),
    choice('events', t('metrics.events', 'Events'), t('metrics.events-explained', 'Events of the window')),
    choice('bad', t('metrics.bad', 'Bad events'), t('metrics.bad-explained', 'Bad events of the window')),
    choice('p95', t('metrics.p95', 'p95 latency'), t('metrics.p95-explained', 'From the histogram of the SLO')),
    choice('throughput', t('metrics.throughput', 'Throughput'), t('metrics.throughput-explained', 'Events per second')),
  ];
}
