import React, { memo } from 'react';
import { Alert, Button, Stack, Text } from '@grafana/ui';

import { t } from '../i18n';
import type { CatalogReport as Report, Problem } from '../resources';
import { testIds } from '../testIds';
import type { Answer } from '../useAnswer';
import { SLOTable } from './SLOTable';

interface Props {
  /** Whether the data source exists in Grafana, so that its backend can check the catalog. */
  saved: boolean;
  report: Answer<Report>;
  /** Must be stable, as problems are not rendered while the user types. */
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
      {value.problems.length > 0 && <Problems problems={value.problems} onGoTo={onGoTo} />}
      <Text color="secondary">{slosCounted(value.slos.length)}</Text>
      {value.slos.length > 0 && <SLOTable slos={value.slos} />}
    </Stack>
  );
}

/** Problems that are listed. The others follow when these are solved. */
const LISTED = 50;

const Problems = memo(function Problems({ problems, onGoTo }: { problems: Problem[]; onGoTo: Props['onGoTo'] }) {
  return (
    <Alert severity="error" title={problemsCounted(problems.length)}>
      <Stack direction="column" gap={0.5} alignItems="flex-start">
        {problems.slice(0, LISTED).map((problem) => (
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
        {problems.length > LISTED && (
          <Text>{t('report.more-problems', '{{count}} more problems', { count: problems.length - LISTED })}</Text>
        )}
      </Stack>
    </Alert>
  );
});

function describeProblem({ line, column, path, message }: Problem): string {
  const place = line > 0 ? `${line}:${column} ` : '';
  return `${place}${path ? `${path}: ` : ''}${message}`;
}

function problemsCounted(count: number): string {
  return count === 1 ? t('report.one-problem', '1 problem') : t('report.problems', '{{count}} problems', { count });
}

function slosCounted(count: number): string {
  switch (count) {
    case 0:
      return t('report.no-slo', 'No SLO found yet.');
    case 1:
      return t('report.one-slo', '1 SLO found');
    default:
      return t('report.slos', '{{count}} SLOs found', { count });
  }
}
