import React, { useId } from 'react';
import { EditorField } from '@grafana/plugin-ui';

import { t } from '../i18n';
import { testIds } from '../testIds';
import type { BurnlineQuery, CalendarUnit } from '../types';
import { calendarUnits } from '../windows';
import { SingleCombobox } from './SingleCombobox';
import { variableOptions } from './variableOptions';

interface Props {
  query: BurnlineQuery;
  onChange: (patch: Partial<BurnlineQuery>) => void;
}

/** The calendar of a history. */
export function HistoryFields({ query, onChange }: Props) {
  const periodId = useId();
  const zoneId = useId();
  return (
    <>
      <EditorField
        label={t('history.period', 'Period')}
        htmlFor={periodId}
        width={22}
        tooltip={t(
          'history.period-tooltip',
          'One row for each period. The default is the calendar of the SLO, or months.'
        )}
      >
        <SingleCombobox
          id={periodId}
          data-testid={testIds.queryEditor.period}
          placeholder={t('history.as-slo', 'SLO calendar (default: month)')}
          options={[...calendarUnits.map((value) => ({ value: value as string })), ...variableOptions()]}
          value={query.period ?? null}
          onChange={(option) => onChange({ period: option?.value as CalendarUnit | undefined })}
          isClearable
        />
      </EditorField>
      <EditorField label={t('history.timezone', 'Time zone')} htmlFor={zoneId} width={26}>
        <SingleCombobox
          id={zoneId}
          data-testid={testIds.queryEditor.timezone}
          placeholder={query.period ? 'UTC' : t('history.zone-as-slo', 'SLO time zone (default: UTC)')}
          options={[...Intl.supportedValuesOf('timeZone').map((value) => ({ value })), ...variableOptions()]}
          value={query.timezone ?? null}
          onChange={(option) => onChange({ timezone: option?.value })}
          createCustomValue
          isClearable
        />
      </EditorField>
    </>
  );
}
