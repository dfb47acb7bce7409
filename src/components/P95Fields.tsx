import React from 'react';

import { t } from '../i18n';
import { testIds } from '../testIds';
import type { P95 } from '../types';
import { SelectorField } from './SelectorField';
import type { InlineFieldProps } from './SLOTextField';
import { ThresholdField } from './ThresholdField';

/** The source of the p95 latency of an SLO; both fields or none. */
export function P95Fields({ slo, problems, datasource, onChange, onChangeAndRun, onBlur }: InlineFieldProps) {
  const p95 = slo.p95 ?? { histogram: '', target: '' };
  const withP95 = ({ histogram, target }: P95) => {
    const { p95: _, ...rest } = slo;
    return histogram || target ? { ...rest, p95: { ...slo.p95, histogram, target } } : rest;
  };
  return (
    <>
      <SelectorField
        path="p95.histogram"
        label={t('p95.histogram', 'p95 histogram')}
        optional
        value={p95.histogram}
        placeholder="http_request_duration_seconds"
        histograms
        testId={testIds.queryEditor.p95Histogram}
        problems={problems}
        datasource={datasource}
        onChange={(histogram) => onChange(withP95({ ...p95, histogram }))}
        onChangeAndRun={(histogram) => onChangeAndRun(withP95({ ...p95, histogram }))}
        onBlur={onBlur}
      />
      <ThresholdField
        path="p95.target"
        label={t('p95.target', 'p95 target')}
        optional
        value={p95.target}
        histogram={p95.histogram}
        unit={p95.unit}
        testId={testIds.queryEditor.p95Target}
        problems={problems}
        datasource={datasource}
        onChange={(target) => onChangeAndRun(withP95({ ...p95, target }))}
      />
    </>
  );
}
