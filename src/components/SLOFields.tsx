import React from 'react';
import { MultiCombobox, type ComboboxOption } from '@grafana/ui';

import { since124 } from '../grafanaVersion';
import { t } from '../i18n';
import type { FieldPath } from '../inlineSLO';
import { testIds } from '../testIds';
import type { Counting, LowTraffic, P95 } from '../types';
import { windowTexts, windowsOf } from '../windows';
import { SelectorField } from './SelectorField';
import { ThresholdField } from './ThresholdField';
import { variableOptions } from './variableOptions';
import { ChoiceField, NumberField, ProblemField, SLOTextField, type InlineFieldProps } from './controls';

const ids = testIds.queryEditor;

/** The objective and its window: rolling, a calendar period, or several. */
export function ObjectiveFields({ slo, problems, onChange, onChangeAndRun, onBlur }: InlineFieldProps) {
  return (
    <>
      <NumberField
        path="objective"
        label={t('promise.objective', 'Objective')}
        tooltip={t('promise.objective-tooltip', 'Target percentage of good events. 99.9% allows 1 bad event in 1,000.')}
        suffix="%"
        placeholder="99.9"
        value={slo.objective}
        problems={problems}
        testId={ids.objective}
        onChange={(objective) => onChange({ ...slo, objective })}
        onBlur={onBlur}
      />
      <ProblemField
        path="window"
        label={t('window.label', 'Window')}
        tooltip={t(
          'window.tooltip',
          'Rolling from 1h to 366d (30d, 4w), or a calendar period with a time zone (month Europe/Berlin). Each window has its own row.'
        )}
        width={26}
        problems={problems}
      >
        {(id) => (
          <MultiCombobox
            id={id}
            data-testid={ids.window}
            placeholder="30d"
            options={[...windows(), ...variableOptions()]}
            value={windowTexts(slo.window)}
            onChange={(options) => onChangeAndRun({ ...slo, window: windowsOf(options.map(({ value }) => value)) })}
            createCustomValue
            {...since124({ customValueDescription: t('window.custom', 'Use this window') })}
          />
        )}
      </ProblemField>
    </>
  );
}

function windows(): ComboboxOption[] {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
  const rolling = t('window.rolling', 'Rolling');
  const calendar = t('window.calendar', 'Calendar period');
  return [
    ...['30d', '28d', '7d', '90d', '1d'].map((value) => ({ value, description: rolling })),
    ...['month', 'week', 'quarter', 'year'].map((unit) => ({ value: `${unit} ${zone}`, description: calendar })),
  ];
}

export function NameField({ slo, problems, onChange, onBlur }: InlineFieldProps) {
  return (
    <SLOTextField
      path="name"
      label={t('promise.name', 'Name')}
      value={slo.name}
      placeholder="availability"
      width={20}
      testId={ids.name}
      problems={problems}
      onChange={(name) => onChange({ ...slo, name })}
      onBlur={onBlur}
    />
  );
}

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
        testId={ids.p95Histogram}
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
        testId={ids.p95Target}
        problems={problems}
        datasource={datasource}
        onChange={(target) => onChangeAndRun(withP95({ ...p95, target }))}
      />
    </>
  );
}

/** How the counters of an events or latency SLI are counted. */
export function CountingField({ slo, problems, onChangeAndRun }: InlineFieldProps) {
  const { events, latency } = slo.sli;
  const change = (counting: Counting | undefined) => {
    const sli = events ? { events: { ...events, counting } } : { latency: { ...latency!, counting } };
    onChangeAndRun({ ...slo, sli });
  };
  return (
    <ChoiceField<Counting>
      path={events ? 'sli.events.counting' : 'sli.latency.counting'}
      label={t('counting.label', 'Counting')}
      tooltip={t(
        'counting.tooltip',
        'Exact uses the values of the counters. Estimated uses increase(), as other tools do.'
      )}
      options={[
        { value: 'exact', label: t('counting.exact', 'Exact') },
        { value: 'increase', label: t('counting.increase', 'Estimated') },
      ]}
      value={(events ?? latency)?.counting ?? 'exact'}
      problems={problems}
      testId={ids.counting}
      onChange={(counting) => change(counting === 'exact' ? undefined : counting)}
    />
  );
}

type Unit = 's' | 'ms';

/** The unit of the buckets of a histogram, if its name does not contain it. */
export function UnitField({ slo, problems, onChangeAndRun }: InlineFieldProps) {
  const { latency, quantile } = slo.sli;
  const change = (unit: Unit | undefined) => {
    const sli = latency ? { latency: { ...latency, unit } } : { quantile: { ...quantile!, unit } };
    onChangeAndRun({ ...slo, sli });
  };
  const path: FieldPath = latency ? 'sli.latency.unit' : 'sli.quantile.unit';
  return (
    <ChoiceField<Unit | 'name'>
      path={path}
      label={t('unit.label', 'Bucket unit')}
      options={[
        { value: 'name', label: t('unit.by-name', 'From the metric name') },
        { value: 's', label: t('unit.seconds', 'Seconds') },
        { value: 'ms', label: t('unit.milliseconds', 'Milliseconds') },
      ]}
      value={(latency ?? quantile)?.unit ?? 'name'}
      width={20}
      problems={problems}
      testId={ids.unit}
      onChange={(unit) => change(unit === 'name' ? undefined : unit)}
    />
  );
}

/** The requirements of an alert in addition to its burn rate. */
export function LowTrafficFields({ slo, problems, onChange, onBlur }: InlineFieldProps) {
  const change = (low: LowTraffic) => {
    const { lowTraffic: _, ...rest } = slo;
    onChange(low.minEvents === undefined && low.minBad === undefined ? rest : { ...rest, lowTraffic: low });
  };
  return (
    <>
      <NumberField
        path="lowTraffic.minEvents"
        label={t('more.min-events', 'Minimum events to alert')}
        tooltip={t('more.min-events-tooltip', 'An alert fires only if its long window has at least this many events.')}
        optional
        value={slo.lowTraffic?.minEvents}
        width={18}
        problems={problems}
        testId={ids.minEvents}
        onChange={(minEvents) => change({ ...slo.lowTraffic, minEvents })}
        onBlur={onBlur}
      />
      <NumberField
        path="lowTraffic.minBad"
        label={t('more.min-bad', 'Minimum bad events to alert')}
        optional
        value={slo.lowTraffic?.minBad}
        width={18}
        problems={problems}
        testId={ids.minBad}
        onChange={(minBad) => change({ ...slo.lowTraffic, minBad })}
        onBlur={onBlur}
      />
    </>
  );
}

/** How unmeasured time counts. */
export function MissingField({ slo, problems, onChangeAndRun }: InlineFieldProps) {
  return (
    <ChoiceField
      path="missing"
      label={t('more.missing', 'Treat missing data as')}
      options={[
        {
          value: 'unmeasured',
          label: t('more.unmeasured', 'Not measured'),
          description: t('more.unmeasured-explained', 'Lowers the coverage'),
        },
        { value: 'bad', label: t('events.bad', 'Bad') },
        { value: 'good', label: t('events.good', 'Good') },
      ]}
      value={slo.missing ?? 'unmeasured'}
      width={18}
      problems={problems}
      testId={ids.missing}
      onChange={(missing) => onChangeAndRun({ ...slo, missing: missing === 'unmeasured' ? undefined : missing })}
    />
  );
}

/** Information for people: the SLO's own labels, such as the team, and the runbook. */
export function AboutFields({ slo, problems, onChange, onChangeAndRun, onBlur }: InlineFieldProps) {
  const pairs = Object.entries(slo.labels ?? {}).map(([name, value]) => `${name}=${value}`);
  const change = (texts: string[]) => {
    const { labels: _, ...rest } = slo;
    const labels = Object.fromEntries(texts.map(pairOf));
    onChangeAndRun(texts.length > 0 ? { ...rest, labels } : rest);
  };
  return (
    <>
      <SLOTextField
        path="description"
        label={t('about.description', 'Description')}
        optional
        width={50}
        value={slo.description ?? ''}
        placeholder={t('about.description-example', 'Requests without a server error')}
        problems={problems}
        testId={ids.description}
        onChange={(description) => {
          const { description: _, ...rest } = slo;
          onChange(description ? { ...rest, description } : rest);
        }}
        onBlur={onBlur}
      />
      <ProblemField path="labels" label={t('about.labels', 'SLO labels')} optional width={30} problems={problems}>
        {(id) => (
          <MultiCombobox
            id={id}
            data-testid={ids.labels}
            placeholder="team=shop"
            options={pairs.map((value) => ({ value }))}
            value={pairs}
            onChange={(chosen) => change(chosen.map((option) => option.value))}
            createCustomValue
            {...since124({ customValueDescription: t('about.labels-custom', 'Add this label, as name=value') })}
            isClearable
          />
        )}
      </ProblemField>
      <SLOTextField
        path="runbook"
        label={t('about.runbook', 'Runbook')}
        optional
        width={36}
        value={slo.runbook ?? ''}
        placeholder="https://wiki.example.org/checkout"
        problems={problems}
        testId={ids.runbook}
        onChange={(runbook) => {
          const { runbook: _, ...rest } = slo;
          onChange(runbook ? { ...rest, runbook } : rest);
        }}
        onBlur={onBlur}
      />
    </>
  );
}

/** A label without a value is kept; the backend reports it. */
function pairOf(text: string): [string, string] {
  const at = text.indexOf('=');
  return at < 0 ? [text.trim(), ''] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}
