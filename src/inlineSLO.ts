import type { Kind, SLO } from './types';

export type { FieldPath } from './fieldPaths';

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
