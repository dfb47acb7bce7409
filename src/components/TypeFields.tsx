import React, { useCallback } from 'react';
import { CoreApp } from '@grafana/data';
import { Text } from '@grafana/ui';

import { alertValues, annotationKinds, changeKinds, metrics, summaryValues } from '../choices';
import type { DataSource } from '../datasource';
import { t } from '../i18n';
import { testIds } from '../testIds';
import { typed, type AlertValue, type BurnlineQuery, type ResourcesOptions, type WhatIfOptions } from '../types';
import { useAnswer } from '../useAnswer';
import { LabelsField } from './LabelsField';
import { PoliciesField } from './PolicyField';
import { MultiSelectField, RadioField, SelectField, TopField } from './queryFields';
import { variableOptions } from './variableOptions';

interface Props {
  query: BurnlineQuery;
  datasource: DataSource;
  onChange: (patch: Partial<BurnlineQuery>) => void;
}

const ids = testIds.queryEditor;

/** The fields of single query types that are always visible. */
export function TypeFields({ app, ...props }: Props & { app?: CoreApp }) {
  const { onChange } = props;
  const query = typed(props.query);
  switch (query.queryType) {
    case 'timeseries':
      return (
        <MultiSelectField
          label={t('metrics.label', 'Values')}
          width={30}
          testId={ids.metrics}
          placeholder={t('metrics.budget', 'Error budget remaining')}
          options={metrics()}
          value={query.metrics}
          onChange={(metrics) => onChange({ metrics })}
        />
      );
    case 'whatif':
      return <WhatIfFields {...props} />;
    case 'burners':
      return <BurnersFields {...props} />;
    case 'changes':
      return (
        <>
          <MultiSelectField
            label={t('changes.kinds', 'Change types')}
            width={40}
            testId={ids.changes}
            placeholder={t('changes.all', 'All')}
            options={changeKinds()}
            value={query.changes?.kinds}
            onChange={(kinds) => onChange({ changes: { ...query.changes, kinds } })}
          />
          <TopField
            label={t('changes.top', 'Rows per group')}
            width={14}
            placeholder="20"
            value={query.changes?.top}
            onChange={(top) => onChange({ changes: { ...query.changes, top } })}
          />
        </>
      );
    case 'backtest':
      return (
        <PoliciesField
          value={query.backtest?.policies}
          datasource={props.datasource}
          onChange={(policies) => onChange({ backtest: { ...query.backtest, policies } })}
        />
      );
    case 'alerts':
      return (
        <SelectField
          label={t('alerts.value', 'Value')}
          width={26}
          tooltip={t(
            'alerts.value-tooltip',
            'The value returned for each SLO, group and severity. For alert rules, use Firing with the threshold "is above 0".'
          )}
          testId={ids.alertValue}
          options={alertValues()}
          value={(query.value as AlertValue | undefined) ?? 'firing'}
          onChange={(value) => onChange({ value })}
        />
      );
    case 'resources':
      return <ResourcesFields {...props} />;
    case 'annotations':
      return (
        <MultiSelectField
          label={t('annotations.kinds', 'Annotation types')}
          width={40}
          testId={ids.annotations}
          placeholder={t('annotations.all', 'All')}
          options={annotationKinds()}
          value={query.annotations}
          onChange={(annotations) => onChange({ annotations })}
        />
      );
    default:
      // The condition of an alert rule would apply to all numbers of a summary.
      return app === CoreApp.UnifiedAlerting ? (
        <SelectField
          label={t('alerts.value', 'Value')}
          width={26}
          error={props.query.value ? undefined : t('alerts.value-missing', 'Select the value to alert on.')}
          testId={ids.alertValue}
          placeholder={t('alerts.value-choose', 'Select a value')}
          options={summaryValues()}
          value={props.query.value}
          onChange={(value) => onChange({ value })}
          custom
        />
      ) : null;
  }
}

/** The objectives and windows to compare, in all combinations. */
function WhatIfFields({ query, onChange }: Props) {
  const { objectives = [], windows = [] } = query.whatif ?? {};
  const change = (whatif: WhatIfOptions) => onChange({ whatif });
  const percents = [99, 99.5, 99.9, 99.95, 99.99].map((one) => ({ value: String(one), label: `${one}%` }));
  const lengths = ['7d', '14d', '28d', '30d', '90d'].map((value) => ({ value }));
  return (
    <>
      <MultiSelectField
        label={t('whatif.objectives', 'Objectives')}
        width={34}
        testId={ids.objectives}
        placeholder={t('whatif.own', 'SLO default')}
        options={[...percents, ...variableOptions()]}
        value={objectives.map(String)}
        onChange={(texts = []) => change({ objectives: texts.map(numberOrText), windows })}
        custom
        clearable={false}
      />
      <MultiSelectField
        label={t('whatif.windows', 'Windows')}
        width={30}
        testId={ids.windows}
        placeholder={t('whatif.own', 'SLO default')}
        options={[...lengths, ...variableOptions()]}
        value={windows}
        onChange={(windows = []) => change({ objectives, windows })}
        custom
        clearable={false}
      />
      {objectives.length + windows.length === 0 && (
        <Text variant="bodySmall" color="secondary">
          {t('whatif.missing', 'Select objectives, windows or both to compare.')}
        </Text>
      )}
    </>
  );
}

// Text that is not a number may be a template variable. The backend reports other mistakes.
function numberOrText(text: string): number | string {
  const number = Number(text.replace('%', '').trim());
  return Number.isNaN(number) ? text : number;
}

/** The version that served an event. Every SLO has it, whatever the labels of its series. */
const revisionLabel = 'revision';

/** The labels that the bad events are split by. */
function BurnersFields({ query, datasource, onChange }: Props) {
  const labels = useCallback(
    async () => [...new Set([revisionLabel, ...(await datasource.getLabelsOf(query))])],
    [datasource, query]
  );
  return (
    <LabelsField
      label={t('burners.by', 'Split by')}
      placeholder={t('burners.choose', 'Labels of bad events')}
      value={query.burners?.by ?? []}
      labels={labels}
      testId={ids.burnersBy}
      onChange={(by) => onChange({ burners: { ...query.burners, by } })}
    />
  );
}

/** The signals of workloads, as a table or over time, and their group labels. */
function ResourcesFields({ query, datasource, onChange }: Props) {
  const ask = useCallback(() => datasource.getSignals(), [datasource]);
  const { value: known = [], error } = useAnswer('', ask);
  const labels = useCallback(() => datasource.getLabelsOf(query), [datasource, query]);
  const change = (patch: ResourcesOptions) => onChange({ resources: { ...query.resources, ...patch } });
  const signals = known.map(({ name, title, about }) => ({ value: name, label: title, description: about }));
  return (
    <>
      <MultiSelectField
        label={t('resources.signals', 'Signals')}
        width={40}
        error={error}
        testId={ids.signals}
        placeholder={t('resources.all', 'All available')}
        options={[...signals, ...variableOptions()]}
        value={query.resources?.signals}
        onChange={(signals) => change({ signals })}
      />
      <RadioField
        label={t('resources.format', 'Format')}
        testId={ids.format}
        options={[
          {
            value: 'table',
            label: t('resources.table', 'Table'),
            description: t('resources.table-explained', 'One row per workload, at the end of the time range'),
          },
          {
            value: 'timeseries',
            label: t('resources.timeseries', 'Time series'),
            description: t('resources.timeseries-explained', 'One series per workload and signal'),
          },
        ]}
        value={query.resources?.format ?? 'table'}
        onChange={(format) => change({ format })}
      />
      <LabelsField
        label={t('inline.group-by', 'Group by')}
        placeholder={t('resources.by-workload', 'Workload')}
        value={query.groupBy ?? []}
        labels={labels}
        onChange={(groupBy) => onChange({ groupBy: groupBy.length > 0 ? groupBy : undefined })}
      />
    </>
  );
}
