import React from 'react';

import { CompositeFields } from './CompositeFields';
import { EventsFields } from './EventsFields';
import { LatencyFields } from './LatencyFields';
import {
  ProbeFields,
  QuantileFields,
  RatioFields,
  RecordedFields,
  ThroughputFields,
  TimesliceFields,
} from './SliceKindFields';
import type { InlineFieldProps } from './SLOTextField';

/** The form of the SLI's kind. */
export function SLIFields(props: InlineFieldProps) {
  const { events, latency, quantile, throughput, ratio, timeslice, probe, recorded, composite } = props.slo.sli;
  return (
    <>
      {events && <EventsFields {...props} events={events} />}
      {latency && <LatencyFields {...props} latency={latency} />}
      {quantile && <QuantileFields {...props} quantile={quantile} />}
      {throughput && <ThroughputFields {...props} throughput={throughput} />}
      {ratio && <RatioFields {...props} ratio={ratio} />}
      {timeslice && <TimesliceFields {...props} timeslice={timeslice} />}
      {probe && <ProbeFields {...props} probe={probe} />}
      {recorded && <RecordedFields {...props} recorded={recorded} />}
      {composite && <CompositeFields {...props} composite={composite} />}
    </>
  );
}
