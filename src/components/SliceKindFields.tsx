import React from 'react';

import { t } from '../i18n';
import type { FieldPath } from '../inlineSLO';
import { testIds } from '../testIds';
import type { SLI } from '../types';
import { EventsFields } from './EventsFields';
import { SelectorField } from './SelectorField';
import { ThresholdField } from './ThresholdField';
import { ChoiceField, NumberField, SLOTextField, SliceField, type InlineFieldProps } from './controls';

const ids = testIds.queryEditor;

/** The properties of the fields of one kind of SLI: of those that are written, and of those that are selected. */
function fieldsOf<K extends keyof SLI>({ slo, onChange, onChangeAndRun, ...shared }: InlineFieldProps, kind: K) {
  type Of = NonNullable<SLI[K]>;
  const sli: Of = slo.sli[kind]!;
  const field = <P extends keyof Of & string>(key: P) => {
    const changed = (value: Of[P] | undefined) => {
      const entries = Object.entries({ ...sli, [key]: value }).filter(([, one]) => one !== undefined);
      return { ...slo, sli: { [kind]: Object.fromEntries(entries) } };
    };
    return {
      ...shared,
      path: `sli.${kind}.${key}` as FieldPath,
      value: (sli as { [Q in P]: Of[Q] })[key],
      onChange: (value: Of[P] | undefined) => onChange(changed(value)),
      onChangeAndRun: (value: Of[P] | undefined) => onChangeAndRun(changed(value)),
    };
  };
  const choice = <P extends keyof Of & string>(key: P) => {
    const { onChangeAndRun, ...rest } = field(key);
    return { ...rest, onChange: onChangeAndRun };
  };
  return { sli, field, choice };
}

export function LatencyFields(props: InlineFieldProps) {
  const { sli, field, choice } = fieldsOf(props, 'latency');
  return (
    <>
      <SelectorField
        {...field('histogram')}
        label={t('latency.histogram', 'Histogram')}
        placeholder="http_request_duration_seconds"
        tooltip={t(
          'latency.histogram-tooltip',
          'A Prometheus selector of a classic histogram, with or without _bucket, or of a native histogram. You need no le matcher.'
        )}
        histograms
        testId={ids.histogram}
      />
      <ThresholdField
        {...choice('threshold')}
        label={t('latency.threshold', 'Threshold')}
        tooltip={t(
          'latency.threshold-tooltip',
          'A classic histogram needs a bucket that ends here. The list shows its buckets.'
        )}
        histogram={sli.histogram}
        unit={sli.unit}
        testId={ids.threshold}
      />
    </>
  );
}

export function QuantileFields(props: InlineFieldProps) {
  const { sli, field, choice } = fieldsOf(props, 'quantile');
  return (
    <>
      <SelectorField
        {...field('histogram')}
        label={t('latency.histogram', 'Histogram')}
        placeholder="http_request_duration_seconds"
        histograms
        testId={ids.histogram}
      />
      <NumberField
        {...field('quantile')}
        label={t('quantile.quantile', 'Quantile')}
        placeholder="0.95"
        testId={ids.quantile}
      />
      <ThresholdField
        {...choice('below')}
        label={t('quantile.below', 'Below')}
        histogram={sli.histogram}
        unit={sli.unit}
        testId={ids.threshold}
      />
      <SliceField {...choice('slice')} byDefault="5m" />
    </>
  );
}

export function ThroughputFields(props: InlineFieldProps) {
  const { field, choice } = fieldsOf(props, 'throughput');
  return (
    <>
      <SelectorField
        {...field('counter')}
        label={t('throughput.counter', 'Counter')}
        placeholder="http_requests_total"
        testId={ids.total}
      />
      <NumberField
        {...field('above')}
        label={t('throughput.above', 'Above')}
        suffix={t('throughput.unit', '/s')}
        placeholder="50"
        testId={ids.above}
      />
      <SliceField {...choice('slice')} byDefault="1m" />
    </>
  );
}

export function RatioFields(props: InlineFieldProps) {
  const { sli, field, choice } = fieldsOf(props, 'ratio');
  return (
    <>
      <EventsFields {...props} kind="ratio" events={sli} />
      <NumberField
        {...field('target')}
        label={t('ratio.target', 'Minimum good events')}
        suffix="%"
        placeholder="95"
        testId={ids.value}
      />
      <SliceField {...choice('slice')} byDefault="1m" />
    </>
  );
}

export function TimesliceFields(props: InlineFieldProps) {
  const { field, choice } = fieldsOf(props, 'timeslice');
  return (
    <>
      <SLOTextField
        {...field('expr')}
        label={t('timeslice.expr', 'Expression')}
        tooltip={t('timeslice.expr-tooltip', 'An instant PromQL expression, grouped like the SLO.')}
        placeholder="sum by (namespace) (queue_length)"
        width={50}
        testId={ids.expr}
      />
      <ChoiceField
        {...choice('op')}
        label={t('timeslice.op', 'Good if')}
        options={(['<', '<=', '>', '>=', '==', '!='] as const).map((value) => ({ value }))}
        width={10}
        testId={ids.op}
      />
      <NumberField {...field('value')} label={t('timeslice.value', 'Value')} placeholder="100" testId={ids.value} />
      <SliceField {...choice('slice')} byDefault="1m" />
    </>
  );
}

export function ProbeFields(props: InlineFieldProps) {
  const { field, choice } = fieldsOf(props, 'probe');
  return (
    <>
      <SelectorField
        {...field('gauge')}
        label={t('probe.gauge', 'Gauge')}
        tooltip={t('probe.gauge-tooltip', 'A selector of gauges with the value 1 for success and 0 for failure.')}
        placeholder="probe_success"
        testId={ids.total}
      />
      <SliceField {...choice('slice')} byDefault="1m" />
    </>
  );
}

export function RecordedFields(props: InlineFieldProps) {
  const { field, choice } = fieldsOf(props, 'recorded');
  const { value: total = '', onChange, onChangeAndRun, ...totalField } = field('total');
  const of = choice('of');
  return (
    <>
      <SelectorField
        {...field('ratio')}
        label={t('recorded.ratio', 'Recorded ratio')}
        placeholder="slo:sli_error:ratio_rate5m"
        testId={ids.total}
      />
      <ChoiceField
        {...of}
        label={t('recorded.of', 'Ratio type')}
        options={[
          { value: 'bad', label: t('events.bad-events', 'Bad events') },
          { value: 'good', label: t('events.good-events', 'Good events') },
        ]}
        value={of.value ?? 'bad'}
        testId={ids.of}
      />
      <SelectorField
        {...totalField}
        label={t('recorded.total', 'Recorded events per second')}
        tooltip={t(
          'recorded.total-tooltip',
          'Weighs the slices by traffic. Without it, busy and idle times have the same weight.'
        )}
        optional
        value={total}
        placeholder="pyrra_requests:rate5m"
        testId={ids.counted}
        onChange={(text) => onChange(text || undefined)}
        onChangeAndRun={(text) => onChangeAndRun(text || undefined)}
      />
      <SliceField {...choice('slice')} byDefault="5m" />
    </>
  );
}
