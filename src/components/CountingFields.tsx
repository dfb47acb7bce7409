import React from 'react';

import { t } from '../i18n';
import type { FieldPath } from '../inlineSLO';
import { testIds } from '../testIds';
import type { Counting } from '../types';
import { ChoiceField } from './SliceFields';
import type { InlineFieldProps } from './SLOTextField';

const ids = testIds.queryEditor;

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
