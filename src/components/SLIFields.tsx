import React from 'react';

import { CompositeFields } from './CompositeFields';
import { EventsFields } from './EventsFields';
import {
  LatencyFields,
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
      {latency && <LatencyFields {...props} />}
      {quantile && <QuantileFields {...props} />}
      {throughput && <ThroughputFields {...props} />}
      {ratio && <RatioFields {...props} />}
      {timeslice && <TimesliceFields {...props} />}
      {probe && <ProbeFields {...props} />}
      {recorded && <RecordedFields {...props} />}
      {composite && <CompositeFields {...props} composite={composite} />}
    </>
  );
}
