import React from 'react';

import { t } from '../i18n';
import { testIds } from '../testIds';
import type { QuantileSLI, RatioSLI, RecordedSLI, SLI, ThroughputSLI, TimesliceSLI } from '../types';
import { EventsFields } from './EventsFields';
import { SelectorField } from './SelectorField';
import { ChoiceField, NumberField, SliceField } from './SliceFields';
import { SLOTextField, type InlineFieldProps } from './SLOTextField';
import { ThresholdField } from './ThresholdField';

const ids = testIds.queryEditor;

/** Handlers that change one kind of SLI, while the user types and on a selection. */
function changes<K extends keyof SLI>({ slo, onChange, onChangeAndRun }: InlineFieldProps, kind: K) {
  const next = (sli: SLI[K]) => ({ ...slo, sli: { [kind]: sli } });
  return { write: (sli: SLI[K]) => onChange(next(sli)), choose: (sli: SLI[K]) => onChangeAndRun(next(sli)) };
}

export function QuantileFields(props: InlineFieldProps & { quantile: QuantileSLI }) {
  const { quantile, problems, datasource, onBlur } = props;
  const { write, choose } = changes(props, 'quantile');
  return (
    <>
      <SelectorField
        path="sli.quantile.histogram"
        label={t('latency.histogram', 'Histogram')}
        value={quantile.histogram}
        placeholder="http_request_duration_seconds"
        histograms
        testId={ids.histogram}
        problems={problems}
        datasource={datasource}
        onChange={(histogram) => write({ ...quantile, histogram })}
        onChangeAndRun={(histogram) => choose({ ...quantile, histogram })}
        onBlur={onBlur}
      />
      <NumberField
        path="sli.quantile.quantile"
        label={t('quantile.quantile', 'Quantile')}
        placeholder="0.95"
        value={quantile.quantile}
        problems={problems}
        testId={ids.quantile}
        onChange={(value) => write({ ...quantile, quantile: value })}
        onBlur={onBlur}
      />
      <ThresholdField
        path="sli.quantile.below"
        label={t('quantile.below', 'Below')}
        value={quantile.below}
        histogram={quantile.histogram}
        unit={quantile.unit}
        testId={ids.threshold}
        problems={problems}
        datasource={datasource}
        onChange={(below) => choose({ ...quantile, below })}
      />
      <SliceField
        path="sli.quantile.slice"
        value={quantile.slice}
        byDefault="5m"
        problems={problems}
        testId={ids.slice}
        onChange={(slice) => choose({ ...quantile, slice })}
      />
    </>
  );
}

export function ThroughputFields(props: InlineFieldProps & { throughput: ThroughputSLI }) {
  const { throughput, problems, datasource, onBlur } = props;
  const { write, choose } = changes(props, 'throughput');
  return (
    <>
      <SelectorField
        path="sli.throughput.counter"
        label={t('throughput.counter', 'Counter')}
        value={throughput.counter}
        placeholder="http_requests_total"
        testId={ids.total}
        problems={problems}
        datasource={datasource}
        onChange={(counter) => write({ ...throughput, counter })}
        onChangeAndRun={(counter) => choose({ ...throughput, counter })}
        onBlur={onBlur}
      />
      <NumberField
        path="sli.throughput.above"
        label={t('throughput.above', 'Above')}
        suffix={t('throughput.unit', '/s')}
        placeholder="50"
        value={throughput.above}
        problems={problems}
        testId={ids.above}
        onChange={(above) => write({ ...throughput, above })}
        onBlur={onBlur}
      />
      <SliceField
        path="sli.throughput.slice"
        value={throughput.slice}
        byDefault="1m"
        problems={problems}
        testId={ids.slice}
        onChange={(slice) => choose({ ...throughput, slice })}
      />
    </>
  );
}

export function RatioFields(props: InlineFieldProps & { ratio: RatioSLI }) {
  const { ratio, problems, onBlur } = props;
  const { write, choose } = changes(props, 'ratio');
  return (
    <>
      <EventsFields {...props} kind="ratio" events={ratio} />
      <NumberField
        path="sli.ratio.target"
        label={t('ratio.target', 'Minimum good events')}
        suffix="%"
        placeholder="95"
        value={ratio.target}
        problems={problems}
        testId={ids.value}
        onChange={(target) => write({ ...ratio, target })}
        onBlur={onBlur}
      />
      <SliceField
        path="sli.ratio.slice"
        value={ratio.slice}
        byDefault="1m"
        problems={problems}
        testId={ids.slice}
        onChange={(slice) => choose({ ...ratio, slice })}
      />
    </>
  );
}

export function TimesliceFields(props: InlineFieldProps & { timeslice: TimesliceSLI }) {
  const { timeslice, problems, onBlur } = props;
  const { write, choose } = changes(props, 'timeslice');
  return (
    <>
      <SLOTextField
        path="sli.timeslice.expr"
        label={t('timeslice.expr', 'Expression')}
        tooltip={t('timeslice.expr-tooltip', 'An instant PromQL expression, grouped like the SLO.')}
        value={timeslice.expr}
        placeholder="sum by (namespace) (queue_length)"
        width={50}
        problems={problems}
        testId={ids.expr}
        onChange={(expr) => write({ ...timeslice, expr })}
        onBlur={onBlur}
      />
      <ChoiceField
        path="sli.timeslice.op"
        label={t('timeslice.op', 'Good if')}
        options={(['<', '<=', '>', '>=', '==', '!='] as const).map((value) => ({ value }))}
        value={timeslice.op}
        width={10}
        problems={problems}
        testId={ids.op}
        onChange={(op) => choose({ ...timeslice, op })}
      />
      <NumberField
        path="sli.timeslice.value"
        label={t('timeslice.value', 'Value')}
        placeholder="100"
        value={timeslice.value}
        problems={problems}
        testId={ids.value}
        onChange={(value) => write({ ...timeslice, value })}
        onBlur={onBlur}
      />
      <SliceField
        path="sli.timeslice.slice"
        value={timeslice.slice}
        byDefault="1m"
        problems={problems}
        testId={ids.slice}
        onChange={(slice) => choose({ ...timeslice, slice })}
      />
    </>
  );
}

export function ProbeFields(props: InlineFieldProps & { probe: NonNullable<SLI['probe']> }) {
  const { probe, problems, datasource, onBlur } = props;
  const { write, choose } = changes(props, 'probe');
  return (
    <>
      <SelectorField
        path="sli.probe.gauge"
        label={t('probe.gauge', 'Gauge')}
        tooltip={t('probe.gauge-tooltip', 'A selector of gauges with the value 1 for success and 0 for failure.')}
        value={probe.gauge}
        placeholder="probe_success"
        testId={ids.total}
        problems={problems}
        datasource={datasource}
        onChange={(gauge) => write({ ...probe, gauge })}
        onChangeAndRun={(gauge) => choose({ ...probe, gauge })}
        onBlur={onBlur}
      />
      <SliceField
        path="sli.probe.slice"
        value={probe.slice}
        byDefault="1m"
        problems={problems}
        testId={ids.slice}
        onChange={(slice) => choose({ ...probe, slice })}
      />
    </>
  );
}

export function RecordedFields(props: InlineFieldProps & { recorded: RecordedSLI }) {
  const { recorded, problems, datasource, onBlur } = props;
  const { write, choose } = changes(props, 'recorded');
  const withTotal = (total: string): RecordedSLI => {
    const { total: _, ...rest } = recorded;
    return total ? { ...rest, total } : rest;
  };
  return (
    <>
      <SelectorField
        path="sli.recorded.ratio"
        label={t('recorded.ratio', 'Recorded ratio')}
        value={recorded.ratio}
        placeholder="slo:sli_error:ratio_rate5m"
        testId={ids.total}
        problems={problems}
        datasource={datasource}
        onChange={(ratio) => write({ ...recorded, ratio })}
        onChangeAndRun={(ratio) => choose({ ...recorded, ratio })}
        onBlur={onBlur}
      />
      <ChoiceField
        path="sli.recorded.of"
        label={t('recorded.of', 'Ratio type')}
        options={[
          { value: 'bad', label: t('events.bad-events', 'Bad events') },
          { value: 'good', label: t('events.good-events', 'Good events') },
        ]}
        value={recorded.of ?? 'bad'}
        problems={problems}
        testId={ids.of}
        onChange={(of) => choose({ ...recorded, of })}
      />
      <SelectorField
        path="sli.recorded.total"
        label={t('recorded.total', 'Recorded events per second')}
        tooltip={t(
          'recorded.total-tooltip',
          'Weighs the slices by traffic. Without it, busy and idle times have the same weight.'
        )}
        optional
        value={recorded.total ?? ''}
        placeholder="pyrra_requests:rate5m"
        testId={ids.counted}
        problems={problems}
        datasource={datasource}
        onChange={(total) => write(withTotal(total))}
        onChangeAndRun={(total) => choose(withTotal(total))}
        onBlur={onBlur}
      />
      <SliceField
        path="sli.recorded.slice"
        value={recorded.slice}
        byDefault="5m"
        problems={problems}
        testId={ids.slice}
        onChange={(slice) => choose({ ...recorded, slice })}
      />
    </>
  );
}
