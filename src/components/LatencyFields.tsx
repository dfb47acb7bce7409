import React from 'react';

import { testIds } from '../testIds';
import type { LatencySLI } from '../types';
import { SLOTextField, type InlineFieldProps } from './SLOTextField';

interface Props extends InlineFieldProps {
  latency: LatencySLI;
}

/** The histogram of a latency SLI, and the time within which an answer is good. */
export function LatencyFields({ slo, latency, problems, onChange, onBlur }: Props) {
  const change = (latency: LatencySLI) => onChange({ ...slo, sli: { latency } });
  return (
    <>
      <SLOTextField
        path="sli.latency.histogram"
        label="Histogram"
        value={latency.histogram}
        placeholder="http_request_duration_seconds"
        tooltip="A Prometheus selector of a classic histogram, with _bucket or without; no le matcher is needed."
        width={44}
        testId={testIds.queryEditor.histogram}
        problems={problems}
        onChange={(histogram) => change({ ...latency, histogram })}
        onBlur={onBlur}
      />
      <SLOTextField
        path="sli.latency.threshold"
        label="Threshold"
        value={latency.threshold}
        placeholder="300ms"
        tooltip="The histogram must have a bucket that ends here."
        width={12}
        testId={testIds.queryEditor.threshold}
        problems={problems}
        onChange={(threshold) => change({ ...latency, threshold })}
        onBlur={onBlur}
      />
    </>
  );
}
