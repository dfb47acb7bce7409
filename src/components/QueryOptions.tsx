import React from 'react';

import type { DataSource } from '../datasource';
import { dependsOnPolicy } from '../expensive';
import { t } from '../i18n';
import { testIds } from '../testIds';
import { typed, type BurnlineQuery, type CalendarUnit } from '../types';
import { calendarUnits } from '../windows';
import { OptionGroup } from './OptionGroup';
import { PolicyField, SeveritiesField } from './PolicyField';
import { RadioField, SelectField, TopField } from './queryFields';
import { variableOptions } from './variableOptions';

interface Props {
  query: BurnlineQuery;
  datasource: DataSource;
  onChange: (patch: Partial<BurnlineQuery>) => void;
}

const ids = testIds.queryEditor;

/** The optional fields of a query, hidden behind a line with their values. */
export function QueryOptions({ query, datasource, onChange }: Props) {
  const one = typed(query);
  const hasPolicy = dependsOnPolicy(query) && !query.inline;
  const hasSeverities = one.queryType === 'alerts' || one.queryType === 'annotations';
  const isEmpty =
    !hasPolicy && !hasSeverities && !['history', 'burners', 'backtest', 'resources'].includes(one.queryType);
  if (isEmpty) {
    return null;
  }
  return (
    <OptionGroup title={t('options.title', 'Options')} summary={summaryOf(query, hasPolicy)}>
      {one.queryType === 'history' && <HistoryFields query={query} onChange={onChange} />}
      {one.queryType === 'burners' && (
        <TopField
          label={t('burners.top', 'Rows per group')}
          width={14}
          placeholder="20"
          value={one.burners?.top}
          onChange={(top) => onChange({ burners: { by: [], ...one.burners, top } })}
        />
      )}
      {one.queryType === 'resources' && (
        <TopField
          label={t('resources.top', 'Limit')}
          tooltip={t('resources.top-explained', 'Maximum rows, or series per signal. Keeps the highest values.')}
          width={12}
          placeholder={limitOf(one.resources?.format)}
          value={one.resources?.top}
          onChange={(top) => onChange({ resources: { ...one.resources, top } })}
        />
      )}
      {one.queryType === 'backtest' && (
        <RadioField<'' | '1m' | '5m'>
          label={t('backtest.step', 'Evaluation interval')}
          testId={ids.step}
          options={[
            {
              value: '',
              label: t('backtest.auto', 'Auto'),
              description: t('backtest.auto-explained', 'One minute up to seven days, else five minutes'),
            },
            ...(['1m', '5m'] as const).map((value) => ({ value, label: value })),
          ]}
          value={one.backtest?.step ?? ''}
          onChange={(step) => onChange({ backtest: { ...one.backtest, step: step || undefined } })}
        />
      )}
      {hasSeverities && (
        <SeveritiesField
          value={query.severities}
          datasource={datasource}
          onChange={(severities) => onChange({ severities })}
        />
      )}
      {hasPolicy && (
        <PolicyField
          value={query.policy}
          placeholder={t('group-by.as-slo', 'SLO default')}
          datasource={datasource}
          onChange={(policy) => onChange({ policy })}
        />
      )}
    </OptionGroup>
  );
}

/** The calendar of a history. */
function HistoryFields({ query, onChange }: Omit<Props, 'datasource'>) {
  const periods = calendarUnits.map((value) => ({ value: value as string }));
  const zones = Intl.supportedValuesOf('timeZone').map((value) => ({ value }));
  return (
    <>
      <SelectField
        label={t('history.period', 'Period')}
        width={22}
        tooltip={t(
          'history.period-tooltip',
          'One row for each period. The default is the calendar of the SLO, or months.'
        )}
        testId={ids.period}
        placeholder={t('history.as-slo', 'SLO calendar (default: month)')}
        options={[...periods, ...variableOptions()]}
        value={query.period}
        onChange={(period) => onChange({ period: period as CalendarUnit | undefined })}
        clearable
      />
      <SelectField
        label={t('history.timezone', 'Time zone')}
        width={26}
        testId={ids.timezone}
        placeholder={query.period ? 'UTC' : t('history.zone-as-slo', 'SLO time zone (default: UTC)')}
        options={[...zones, ...variableOptions()]}
        value={query.timezone}
        onChange={(timezone) => onChange({ timezone })}
        custom
        clearable
      />
    </>
  );
}

function summaryOf(query: BurnlineQuery, hasPolicy: boolean): string[] {
  const one = typed(query);
  const byDefault = t('options.default', 'SLO default');
  const texts: string[] = [];
  const add = (label: string, value: string | number) => texts.push(`${label}: ${value}`);
  switch (one.queryType) {
    case 'history':
      add(t('history.period', 'Period'), one.period ?? byDefault);
      add(t('history.timezone', 'Time zone'), one.timezone ?? byDefault);
      break;
    case 'burners':
      add(t('burners.top', 'Rows per group'), one.burners?.top ?? 20);
      break;
    case 'resources':
      add(t('resources.top', 'Limit'), one.resources?.top ?? limitOf(one.resources?.format));
      break;
    case 'backtest':
      add(t('backtest.step', 'Evaluation interval'), one.backtest?.step ?? t('backtest.auto', 'Auto'));
      break;
    case 'alerts':
    case 'annotations':
      add(t('severities.label', 'Severities'), query.severities?.join(', ') || t('severities.all', 'All'));
  }
  if (hasPolicy) {
    add(t('policy.label', 'Alert policy'), query.policy ?? byDefault);
  }
  return texts;
}

function limitOf(format?: string): string {
  return format === 'timeseries' ? '20' : t('resources.every', 'All');
}
