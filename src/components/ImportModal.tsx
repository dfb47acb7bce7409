import React, { useCallback, useState } from 'react';
import { getBackendSrv } from '@grafana/runtime';
import { Alert, Button, CodeEditor, Field, Modal, Stack, Text, TextArea } from '@grafana/ui';
import { lastValueFrom } from 'rxjs';

import { t } from '../i18n';
import type { Imported } from '../resources';
import { testIds } from '../testIds';
import { useAnswer } from '../useAnswer';

const ids = testIds.configEditor;

interface Props {
  dataSourceUid: string;
  /**
   * `paste`: definitions of another tool. `discover`: existing recording rules on the Prometheus
   * server.
   */
  from: 'paste' | 'discover';
  onTake: (catalog: string) => void;
  onDismiss: () => void;
}

const importAfterMs = 500;

/** Converts definitions of other tools to a catalog, and lists omitted fields before the catalog is used. */
export function ImportModal({ dataSourceUid, from, onTake, onDismiss }: Props) {
  const [source, setSource] = useState('');
  const ask = useCallback(
    async (source: string) => {
      const request = getBackendSrv().fetch<Imported>({
        method: 'POST',
        url: `/api/datasources/uid/${dataSourceUid}/resources/${from === 'paste' ? 'import' : 'discover'}`,
        data: from === 'paste' ? { source } : {},
        showErrorAlert: false,
      });
      return (await lastValueFrom(request)).data;
    },
    [dataSourceUid, from]
  );
  const question = from === 'discover' ? '' : source.trim() || undefined;
  const { value, error, pending } = useAnswer(question, ask, from === 'paste' ? importAfterMs : 0);
  const found = !error && !pending ? value : undefined;

  return (
    <Modal
      isOpen
      title={from === 'paste' ? t('import.title', 'Import SLOs') : t('import.discover-title', 'Discovered SLOs')}
      onDismiss={onDismiss}
    >
      <Stack direction="column" gap={2}>
        {from === 'paste' && (
          <Field
            label={t('import.source', 'Definitions')}
            description={t(
              'import.formats',
              'YAML of OpenSLO (v1, v1alpha, v2alpha), Sloth (files and PrometheusServiceLevel) or Pyrra (ServiceLevelObjective). Several documents are allowed.'
            )}
          >
            <TextArea
              id="burnline-import-source"
              data-testid={ids.importSource}
              rows={8}
              spellCheck={false}
              value={source}
              onChange={(event) => setSource(event.currentTarget.value)}
            />
          </Field>
        )}
        <div aria-live="polite" aria-busy={pending}>
          {pending && <Text color="secondary">{t('import.reading', 'Reading…')}</Text>}
          {error && !pending && <Alert severity="error" title={error} data-testid={ids.importError} />}
          {found && <Outcome found={found} />}
        </div>
      </Stack>
      <Modal.ButtonRow>
        <Button variant="secondary" fill="outline" onClick={onDismiss}>
          {t('import.cancel', 'Cancel')}
        </Button>
        <Button data-testid={ids.importTake} disabled={!found?.catalog} onClick={() => found && onTake(found.catalog)}>
          {t('import.take', 'Add to the catalog')}
        </Button>
      </Modal.ButtonRow>
    </Modal>
  );
}

function Outcome({ found }: { found: Imported }) {
  const { format, catalog, slos, warnings, problems } = found;
  const notes = [...problems, ...warnings];
  return (
    <Stack direction="column" gap={2}>
      <Text>
        <span data-testid={ids.importFound}>
          {t('import.found', 'Found {{count}} SLOs in {{format}} format, with {{notes}} notes.', {
            format,
            count: slos.length,
            notes: notes.length,
          })}
        </span>
      </Text>
      {catalog && (
        <CodeEditor
          value={catalog}
          language="yaml"
          height={240}
          readOnly
          showLineNumbers
          showMiniMap={false}
          monacoOptions={{
            ariaLabel: t('import.result', 'Catalog with the imported SLOs'),
            scrollBeyondLastLine: false,
          }}
        />
      )}
      {notes.length > 0 && (
        <Alert severity="warning" title={t('import.notes', 'Not imported, or imported with changes')}>
          <ul data-testid={ids.importNotes}>
            {notes.map(({ line, path, message }) => (
              <li key={`${line} ${path} ${message}`}>
                {line > 0 ? t('import.line', 'line {{line}} ', { line }) : ''}
                {path ? `${path}: ` : ''}
                {message}
              </li>
            ))}
          </ul>
        </Alert>
      )}
    </Stack>
  );
}
