import React from 'react';
import { Alert, Button, Stack, Text } from '@grafana/ui';

import type { CatalogReport as Report, Problem, SLOInfo } from '../resources';
import { testIds } from '../testIds';
import type { Answer } from '../useAnswer';

interface Props {
  /** Whether the data source exists in Grafana, so that its backend can be asked. */
  saved: boolean;
  report: Answer<Report>;
  onGoTo: (problem: Problem) => void;
}

/** What the backend made of the catalog: the problems with their places, and the SLOs it found. */
export function CatalogReport({ saved, report, onGoTo }: Props) {
  return (
    <div data-testid={testIds.configEditor.report} aria-live="polite" aria-busy={report.pending}>
      {contentOf(saved, report, onGoTo)}
    </div>
  );
}

function contentOf(saved: boolean, { value, error, pending }: Answer<Report>, onGoTo: Props['onGoTo']) {
  if (!saved) {
    return <Text color="secondary">The catalog is checked once the data source has been saved.</Text>;
  }
  if (error) {
    return (
      <Alert severity="warning" title="The catalog was not checked">
        {`The backend of the data source did not answer: ${error}. The catalog can be saved all the same; Save & test checks it again.`}
      </Alert>
    );
  }
  if (!value) {
    return <Text color="secondary">{pending ? 'Checking the catalog…' : ''}</Text>;
  }
  return (
    <Stack direction="column" gap={1}>
      {value.problems.length > 0 && (
        <Alert severity="error" title={counted(value.problems.length, 'problem')}>
          <Stack direction="column" gap={0.5} alignItems="flex-start">
            {value.problems.map((problem) => (
              <Button
                key={`${problem.line}:${problem.column} ${problem.path} ${problem.message}`}
                data-testid={testIds.configEditor.problem}
                variant="destructive"
                fill="text"
                size="sm"
                tooltip="Go to this place in the catalog"
                onClick={() => onGoTo(problem)}
              >
                {describeProblem(problem)}
              </Button>
            ))}
          </Stack>
        </Alert>
      )}
      <Text color="secondary">
        {value.slos.length > 0 ? `${counted(value.slos.length, 'SLO')} found:` : 'No SLO found yet.'}
      </Text>
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
  const groups = by.length > 0 ? ` per ${by.join(', ')}` : '';
  const promise = `${name}: ${objective} % of ${kind === 'latency' ? 'requests in time' : 'events good'} over ${window}${groups}`;
  return description ? `${promise} (${description})` : promise;
}

function counted(count: number, thing: string): string {
  return count === 1 ? `1 ${thing}` : `${count} ${thing}s`;
}
