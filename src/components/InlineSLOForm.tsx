import React, { useCallback } from 'react';
import { EditorRow } from '@grafana/plugin-ui';

import { t } from '../i18n';
import { kindOf, type FieldPath } from '../inlineSLO';
import { kindOptions, withKind } from '../kinds';
import { problemAt } from '../problems';
import { testIds } from '../testIds';
import type { Exclusion, SLO } from '../types';
import { CompositeFields } from './CompositeFields';
import { EventsFields } from './EventsFields';
import { ExclusionsField } from './ExclusionsField';
import { LabelsField } from './LabelsField';
import { OptionGroup } from './OptionGroup';
import { PolicyField } from './PolicyField';
import { SelectField } from './queryFields';
import {
  LatencyFields,
  ProbeFields,
  QuantileFields,
  RatioFields,
  RecordedFields,
  ThroughputFields,
  TimesliceFields,
} from './SliceKindFields';
import type { InlineFieldProps } from './controls';
import {
  AboutFields,
  CountingField,
  LowTrafficFields,
  MissingField,
  NameField,
  ObjectiveFields,
  P95Fields,
  UnitField,
} from './SLOFields';

/** The form of an SLO: its indicator and objective, and the rest behind lines that open. */
export function InlineSLOForm(field: InlineFieldProps) {
  const { slo, problems, datasource, onChangeAndRun } = field;
  const kind = kindOf(slo);
  const hasCounting = kind === 'events' || kind === 'latency';
  const hasUnit = kind === 'latency' || kind === 'quantile';
  const hasP95 = kind !== 'latency' && kind !== 'quantile';
  const hasProblem = (...paths: FieldPath[]) => paths.some((path) => problemAt(problems, path) !== undefined);

  return (
    <>
      <EditorRow>
        <SelectField
          label={t('promise.kind', 'SLI type')}
          width={18}
          testId={testIds.queryEditor.kind}
          options={kindOptions()}
          value={kind}
          onChange={(kind) => kind && onChangeAndRun(withKind(slo, kind))}
        />
        <SLIFields {...field} />
      </EditorRow>
      <EditorRow>
        <ObjectiveFields {...field} />
        <LabelsField
          label={t('inline.group-by', 'Group by')}
          value={slo.by ?? []}
          labels={useCallback(() => datasource.getLabels(slo), [datasource, slo])}
          problem={problemAt(problems, 'by')}
          onChange={(by) => onChangeAndRun({ ...slo, by })}
        />
        <NameField {...field} />
      </EditorRow>
      <EditorRow>
        <OptionGroup
          title={t('inline.alerting', 'Alerting')}
          summary={[slo.policy ?? 'page-and-slack']}
          forceOpen={hasProblem('policy', 'lowTraffic.minEvents', 'lowTraffic.minBad')}
        >
          <PolicyField
            value={slo.policy}
            placeholder="page-and-slack"
            problem={problemAt(problems, 'policy')}
            datasource={datasource}
            onChange={(policy) => onChangeAndRun({ ...slo, policy })}
          />
          <LowTrafficFields {...field} />
        </OptionGroup>
        {hasP95 && (
          <OptionGroup
            title={t('inline.p95', 'p95 latency')}
            summary={[slo.p95?.target]}
            forceOpen={hasProblem('p95.histogram', 'p95.target')}
          >
            <P95Fields {...field} />
          </OptionGroup>
        )}
        {(hasCounting || hasUnit) && (
          <OptionGroup
            title={t('counting.label', 'Counting')}
            summary={[
              hasCounting && countsEstimates(slo)
                ? t('counting.increase', 'Estimated')
                : hasCounting
                  ? t('counting.exact', 'Exact')
                  : undefined,
            ]}
            forceOpen={hasProblem(
              'sli.events.counting',
              'sli.latency.counting',
              'sli.latency.unit',
              'sli.quantile.unit'
            )}
          >
            {hasCounting && <CountingField {...field} />}
            {hasUnit && <UnitField {...field} />}
          </OptionGroup>
        )}
        <OptionGroup
          title={t('inline.gaps', 'Missing data and exclusions')}
          summary={[slo.missing, excluded(slo.exclude)]}
          forceOpen={hasProblem('missing', 'exclude')}
        >
          <MissingField {...field} />
          <ExclusionsField {...field} />
        </OptionGroup>
        <OptionGroup
          title={t('inline.about', 'Description, labels and runbook')}
          forceOpen={hasProblem('description', 'labels', 'runbook')}
        >
          <AboutFields {...field} />
        </OptionGroup>
      </EditorRow>
    </>
  );
}

/** The form of the SLI's kind. */
function SLIFields(props: InlineFieldProps) {
  const { events, latency, quantile, throughput, ratio, timeslice, probe, recorded, composite } = props.slo.sli;
  return (
    <>
      {events && <EventsFields {...props} events={events} />}
      {latency && <LatencyFields {...props} />}
      {quantile && <QuantileFields {...props} />}
      {throughput && <ThroughputFields {...props} />}
      {ratio && <RatioFields {...props} />}
      {timeslice && <TimesliceFields {...props} />}
      {probe && <ProbeFields {...props} />}
      {recorded && <RecordedFields {...props} />}
      {composite && <CompositeFields {...props} composite={composite} />}
    </>
  );
}

function countsEstimates({ sli: { events, latency } }: SLO): boolean {
  return (events ?? latency)?.counting === 'increase';
}

function excluded(exclude: Exclusion[] = []): string | undefined {
  return exclude.length > 0 ? t('inline.excluded', 'Exclusions: {{count}}', { count: exclude.length }) : undefined;
}
