import type { ComboboxOption } from '@grafana/ui';

import { t } from './i18n';
import { exampleEvents, exampleLatency } from './examples';
import type { Kind, SLO } from './types';

/** The kinds of SLI, as options. */
export function kindOptions(): Array<ComboboxOption<Kind>> {
  return [
    {
      value: 'events',
      label: t('kind.events', 'Success ratio'),
      description: t('kind.events-explained', 'Share of good events, from counters'),
    },
    {
      value: 'latency',
      label: t('kind.latency', 'Latency'),
      description: t('kind.latency-explained', 'Share of requests within a threshold, from a histogram'),
    },
    {
      value: 'quantile',
      label: t('kind.quantile', 'Quantile'),
      description: t('kind.quantile-explained', 'Percentage of time with p95 (or another quantile) below a limit'),
    },
    {
      value: 'throughput',
      label: t('kind.throughput', 'Throughput'),
      description: t('kind.throughput-explained', 'Percentage of time with more events per second than a limit'),
    },
    {
      value: 'ratio',
      label: t('kind.ratio', 'Ratio'),
      description: t('kind.ratio-explained', 'Percentage of time in which enough events are good'),
    },
    {
      value: 'timeslice',
      label: t('kind.timeslice', 'Time slices'),
      description: t('kind.timeslice-explained', 'Percentage of time a PromQL expression meets a threshold'),
    },
    {
      value: 'probe',
      label: t('kind.probe', 'Probe'),
      description: t('kind.probe-explained', 'Percentage of time in which a 0/1 gauge is 1, such as up'),
    },
    {
      value: 'recorded',
      label: t('kind.recorded', 'Recorded'),
      description: t('kind.recorded-explained', 'Error ratio from existing recording rules (Sloth, Pyrra)'),
    },
    {
      value: 'composite',
      label: t('kind.composite', 'Composite'),
      description: t('kind.composite-explained', 'Other SLOs of the catalog, weighted or all together'),
    },
  ];
}

/** The SLO with another kind of SLI, with example values. */
export function withKind(slo: SLO, kind: Kind): SLO {
  // A latency SLO has a p95 without configuration.
  const { p95: _, ...rest } = slo;
  return { ...rest, sli: { [kind]: begun[kind] } };
}

const begun: Required<SLO['sli']> = {
  events: exampleEvents.sli.events,
  latency: exampleLatency.sli.latency,
  quantile: { histogram: exampleLatency.sli.latency.histogram, below: exampleLatency.sli.latency.threshold },
  throughput: { counter: exampleEvents.sli.events.total, above: 1 },
  ratio: { ...exampleEvents.sli.events, target: 95 },
  timeslice: { expr: '', op: '<' },
  probe: { gauge: 'up' },
  recorded: { ratio: '' },
  composite: { of: [] },
};
