import type { Kind, SLO } from './types';

/** Whether all required fields have a value. The backend checks the values. */
export function isComplete(slo: SLO): boolean {
  const kind = kindOf(slo);
  return kind !== undefined && required[kind](slo);
}

/** The kind of the SLI; undefined if there is none. */
export function kindOf({ sli }: SLO): Kind | undefined {
  return (Object.keys(required) as Kind[]).find((kind) => sli[kind] !== undefined);
}

const given = (...texts: Array<string | undefined>) => texts.every((text) => Boolean(text?.trim()));

const required: Record<Kind, (slo: SLO) => boolean> = {
  events: ({ sli: { events } }) => given(events?.total, events?.bad || events?.good),
  latency: ({ sli: { latency } }) => given(latency?.histogram, latency?.threshold),
  quantile: ({ sli: { quantile } }) => given(quantile?.histogram, quantile?.below),
  throughput: ({ sli: { throughput } }) => given(throughput?.counter) && throughput?.above !== undefined,
  ratio: ({ sli: { ratio } }) => given(ratio?.total, ratio?.bad || ratio?.good) && ratio?.target !== undefined,
  timeslice: ({ sli: { timeslice } }) => given(timeslice?.expr) && timeslice?.value !== undefined,
  probe: ({ sli: { probe } }) => given(probe?.gauge),
  recorded: ({ sli: { recorded } }) => given(recorded?.ratio),
  composite: ({ sli: { composite } }) => (composite?.of.length ?? 0) >= 2,
};

/** The paths of the fields in the inline form, in the backend's notation. */
export const fieldPaths = [
  'name',
  'description',
  'objective',
  'window',
  'by',
  'policy',
  'missing',
  'lowTraffic.minEvents',
  'lowTraffic.minBad',
  'labels',
  'runbook',
  'exclude',
  'sli.events.total',
  'sli.events.bad',
  'sli.events.good',
  'sli.events.counting',
  'sli.latency.histogram',
  'sli.latency.threshold',
  'sli.latency.unit',
  'sli.latency.counting',
  'sli.quantile.histogram',
  'sli.quantile.below',
  'sli.quantile.unit',
  'sli.quantile.quantile',
  'sli.quantile.slice',
  'sli.throughput.counter',
  'sli.throughput.above',
  'sli.throughput.slice',
  'sli.ratio.total',
  'sli.ratio.bad',
  'sli.ratio.good',
  'sli.ratio.target',
  'sli.ratio.slice',
  'sli.timeslice.expr',
  'sli.timeslice.op',
  'sli.timeslice.value',
  'sli.timeslice.slice',
  'sli.probe.gauge',
  'sli.probe.slice',
  'sli.recorded.ratio',
  'sli.recorded.of',
  'sli.recorded.total',
  'sli.recorded.slice',
  'sli.composite.of',
  'sli.composite.mode',
  'p95.histogram',
  'p95.target',
] as const;

export type FieldPath = (typeof fieldPaths)[number] | `sli.composite.of[${number}].weight`;
