import React from 'react';
import { Alert, Button, Stack, Text } from '@grafana/ui';

import { t } from '../i18n';
import type { CatalogReport as Report, Problem, SLOInfo } from '../resources';
import { kindOptions } from '../kinds';
import { testIds } from '../testIds';
import type { Answer } from '../useAnswer';

interface Props {
  /** Whether the data source exists in Grafana, so that its backend can check the catalog. */
  saved: boolean;
  report: Answer<Report>;
  onGoTo: (problem: Problem) => void;
}

/** The backend's report on the catalog: problems with their positions, and the SLOs. */
export function CatalogReport({ saved, report, onGoTo }: Props) {
  return (
    <div data-testid={testIds.configEditor.report} aria-live="polite" aria-busy={report.pending}>
      {contentOf(saved, report, onGoTo)}
    </div>
  );
}

function contentOf(saved: boolean, { value, error, pending }: Answer<Report>, onGoTo: Props['onGoTo']) {
  if (!saved) {
    return <Text color="secondary">{t('report.unsaved', 'Save the data source to check the catalog.')}</Text>;
  }
  if (error) {
    return (
      <Alert severity="warning" title={t('report.unchecked', 'Failed to check the catalog')}>
        {t(
          'report.no-answer',
          'The data source didn’t respond: {{error}}. You can save the catalog. Save & test checks it again.',
          { error }
        )}
      </Alert>
    );
  }
  if (!value) {
    return <Text color="secondary">{pending ? t('report.checking', 'Checking the catalog…') : ''}</Text>;
  }
  return (
    <Stack direction="column" gap={1}>
      {value.problems.length > 0 && (
        <Alert severity="error" title={problemsCounted(value.problems.length)}>
          <Stack direction="column" gap={0.5} alignItems="flex-start">
            {value.problems.map((problem) => (
              <Button
                key={`${problem.line}:${problem.column} ${problem.path} ${problem.message}`}
                data-testid={testIds.configEditor.problem}
                variant="destructive"
                fill="text"
                size="sm"
                tooltip={t('report.go-to', 'Go to this place in the catalog')}
                onClick={() => onGoTo(problem)}
              >
                {describeProblem(problem)}
              </Button>
            ))}
          </Stack>
        </Alert>
      )}
      <Text color="secondary">{slosCounted(value.slos.length)}</Text>
      {value.slos.map((slo) => (
        <Text key={slo.name}>
          <span data-testid={testIds.configEditor.slo}>{describeSLO(slo)}</span>
        </Text>
      ))}
    </Stack>
  );
}

function describeProblem({ line, column, path, message }: Problem): string {
  const place = line > 0 ? `${line}:${column} ` : '';
  return `${place}${path ? `${path}: ` : ''}${message}`;
}

function describeSLO({ name, description, objective, window, kind, by }: SLOInfo): string {
  const label = kindOptions().find(({ value }) => value === kind)?.label ?? kind;
  const summary = t('report.slo', '{{name}}: {{objective}}% over {{window}}, {{kind}}', {
    name,
    objective,
    window,
    kind: label,
  });
  const groups = by.length > 0 ? t('report.groups', ', by {{labels}}', { labels: by.join(', ') }) : '';
  return description ? `${summary}${groups} (${description})` : `${summary}${groups}`;
}

function problemsCounted(count: number): string {
  return count === 1 ? t('report.one-problem', '1 problem') : t('report.problems', '{{count}} problems', { count });
}

function slosCounted(count: number): string {
  switch (count) {
    case 0:
      return t('report.no-slo', 'No SLO found yet.');
    case 1:
      return t('report.one-slo', '1 SLO found:');
    default:
      return t('report.slos', '{{count}} SLOs found:', { count });
  }
}
