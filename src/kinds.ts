import type { ComboboxOption } from '@grafana/ui';

import { t } from './i18n';
import { exampleEvents, exampleLatency } from './examples';
import type { Kind, SLO } from './types';

/** The kinds of SLI to choose from. */
export function kindOptions(): Array<ComboboxOption<Kind>> {
  return [
    {
      value: 'events',
      label: t('kind.events', 'Events'),
      description: t('kind.events-explained', 'Bad or good events out of all, from counters'),
    },
    {
      value: 'latency',
      label: t('kind.latency', 'Latency'),
      description: t('kind.latency-explained', 'Requests within a threshold, from a histogram'),
    },
    {
      value: 'quantile',
      label: t('kind.quantile', 'Quantile'),
      description: t('kind.quantile-explained', 'Share of time whose p95 (or another) is below a limit'),
    },
    {
      value: 'throughput',
      label: t('kind.throughput', 'Throughput'),
      description: t('kind.throughput-explained', 'Share of time with more events per second than a floor'),
    },
    {
      value: 'ratio',
      label: t('kind.ratio', 'Ratio'),
      description: t('kind.ratio-explained', 'Share of time in which enough events are good'),
    },
    {
      value: 'timeslice',
      label: t('kind.timeslice', 'Time slices'),
      description: t('kind.timeslice-explained', 'Share of time in which any PromQL expression compares as it should'),
    },
    {
      value: 'probe',
      label: t('kind.probe', 'Probe'),
      description: t('kind.probe-explained', 'Share of time in which a 0/1 gauge is 1, such as up'),
    },
    {
      value: 'recorded',
      label: t('kind.recorded', 'Recorded'),
      description: t('kind.recorded-explained', 'Error ratios that recording rules left, as of Sloth or Pyrra'),
    },
    {
      value: 'composite',
      label: t('kind.composite', 'Composite'),
      description: t('kind.composite-explained', 'Other SLOs of the catalog, weighted or all at once'),
    },
  ];
}

/** The SLO with another kind of SLI, begun so that it shows what belongs where. */
export function withKind(slo: SLO, kind: Kind): SLO {
  // A latency SLO has its p95 by itself.
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
