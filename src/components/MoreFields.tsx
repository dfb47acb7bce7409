import React from 'react';

import { t } from '../i18n';
import { testIds } from '../testIds';
import type { LowTraffic } from '../types';
import { ChoiceField, NumberField } from './SliceFields';
import type { InlineFieldProps } from './SLOTextField';

const ids = testIds.queryEditor;

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
