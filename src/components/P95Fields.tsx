import React from 'react';

import { testIds } from '../testIds';
import type { P95 } from '../types';
import { SLOTextField, type InlineFieldProps } from './SLOTextField';

/** Where an events SLO gets the p95 latency from that is shown beside it; both fields or none. */
export function P95Fields({ slo, problems, onChange, onBlur }: InlineFieldProps) {
  const p95 = slo.p95 ?? { histogram: '', target: '' };
  const change = ({ histogram, target }: P95) => {
    const { p95: _, ...rest } = slo;
    onChange(histogram || target ? { ...rest, p95: { ...slo.p95, histogram, target } } : rest);
  };
  return (
    <>
      <SLOTextField
        path="p95.histogram"
        label="p95 histogram"
        optional
        value={p95.histogram}
        placeholder="http_request_duration_seconds"
        width={36}
        testId={testIds.queryEditor.p95Histogram}
        problems={problems}
        onChange={(histogram) => change({ ...p95, histogram })}
        onBlur={onBlur}
      />
      <SLOTextField
        path="p95.target"
        label="p95 target"
        optional
        value={p95.target}
        placeholder="300ms"
        width={12}
        testId={testIds.queryEditor.p95Target}
        problems={problems}
        onChange={(target) => change({ ...p95, target })}
        onBlur={onBlur}
      />
    </>
  );
}
