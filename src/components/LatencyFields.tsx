import React from 'react';

import { t } from '../i18n';
import { testIds } from '../testIds';
import type { LatencySLI } from '../types';
import { SelectorField } from './SelectorField';
import type { InlineFieldProps } from './SLOTextField';
import { ThresholdField } from './ThresholdField';

interface Props extends InlineFieldProps {
  latency: LatencySLI;
}

/** The histogram of a latency SLI, and the threshold of a good event. */
export function LatencyFields({ slo, latency, problems, datasource, onChange, onChangeAndRun, onBlur }: Props) {
  const withLatency = (latency: LatencySLI) => ({ ...slo, sli: { latency } });
  return (
    <>
      <SelectorField
        path="sli.latency.histogram"
        label={t('latency.histogram', 'Histogram')}
        value={latency.histogram}
        placeholder="http_request_duration_seconds"
        tooltip={t(
          'latency.histogram-tooltip',
          'A Prometheus selector of a classic histogram, with or without _bucket, or of a native histogram. You need no le matcher.'
        )}
        histograms
        testId={testIds.queryEditor.histogram}
        problems={problems}
        datasource={datasource}
        onChange={(histogram) => onChange(withLatency({ ...latency, histogram }))}
        onChangeAndRun={(histogram) => onChangeAndRun(withLatency({ ...latency, histogram }))}
        onBlur={onBlur}
      />
      <ThresholdField
        path="sli.latency.threshold"
        label={t('latency.threshold', 'Threshold')}
        value={latency.threshold}
        tooltip={t(
          'latency.threshold-tooltip',
          'A classic histogram needs a bucket that ends here. The list shows its buckets.'
        )}
        histogram={latency.histogram}
        unit={latency.unit}
        testId={testIds.queryEditor.threshold}
        problems={problems}
        datasource={datasource}
        onChange={(threshold) => onChangeAndRun(withLatency({ ...latency, threshold }))}
      />
    </>
  );
}
