import type { SLO } from './types';

/** Whether everything is filled in that the backend cannot do without. Whether it is right is for the backend to say. */
export function isComplete(slo: SLO): boolean {
  const { events, latency } = slo.sli;
  if (latency) {
    return Boolean(latency.histogram.trim() && latency.threshold.trim());
  }
  return Boolean(events?.total.trim() && (events.bad?.trim() || events.good?.trim()));
}

/** The places of an SLO definition that the inline form has a field for, as the backend names them. */
export const fieldPaths = [
  'name',
  'objective',
  'window',
  'by',
  'policy',
  'sli.events.total',
  'sli.events.bad',
  'sli.events.good',
  'sli.latency.histogram',
  'sli.latency.threshold',
  'p95.histogram',
  'p95.target',
] as const;

export type FieldPath = (typeof fieldPaths)[number];
