import React, { useCallback, useEffect, useRef, useState } from 'react';
import { updateDatasourcePluginJsonDataOption, type DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { ConfigSection } from '@grafana/plugin-ui';
import { Alert, Button, Stack } from '@grafana/ui';

import { errorMessage } from '../errorMessage';
import { exampleCatalog } from '../examples';
import { t } from '../i18n';
import { mergeCatalog } from '../mergeCatalog';
import type { Problem } from '../resources';
import { testIds } from '../testIds';
import type { BurnlineOptions } from '../types';
import { useCatalogReport } from '../useCatalogReport';
import { CatalogEditor, type CatalogEditorHandle } from './CatalogEditor';
import { CatalogReport } from './CatalogReport';
import { ImportModal } from './ImportModal';
import { PresetsModal } from './PresetsModal';
import { useConnection } from './useConnection';

type Props = DataSourcePluginOptionsEditorProps<BurnlineOptions>;

/** The SLO definitions, and the backend's report on them while the user types. */
export function CatalogSection(props: Props) {
  const { jsonData, uid, readOnly } = props.options;
  const catalog = jsonData.catalog ?? '';
  const report = useCatalogReport(uid, catalog);
  const editor = useRef<CatalogEditorHandle>(null);
  const [importing, setImporting] = useState<'paste' | 'discover'>();
  const [choosing, setChoosing] = useState(false);
  const saveConnection = useConnection(props);
  const [saveError, setSaveError] = useState<string>();
  const whenSaved = async (open: () => void) => {
    setSaveError(undefined);
    try {
      await saveConnection();
      open();
    } catch (error) {
      setSaveError(errorMessage(error));
    }
  };

  const goTo = useCallback(({ line, column }: Problem) => editor.current?.goTo(line, column), []);

  // The code editor keeps its first handler, which reads the current options from here.
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  const change = useCallback((text: string) => {
    if (text !== (latest.current.options.jsonData.catalog ?? '')) {
      updateDatasourcePluginJsonDataOption(latest.current, 'catalog', text);
    }
  }, []);

  return (
    <ConfigSection
      title={t('config.catalog', 'SLO catalog')}
      description={t('config.catalog-description', 'Define your SLOs in YAML. Queries refer to them by name.')}
    >
      <Stack direction="column" gap={1}>
        <CatalogEditor
          ref={editor}
          dataSourceUid={uid}
          value={catalog}
          problems={report.value?.problems}
          readOnly={readOnly}
          onChange={change}
        />
        {!readOnly && (
          <Stack wrap="wrap">
            {catalog.trim() === '' && (
              <Button
                variant="secondary"
                icon="plus"
                data-testid={testIds.configEditor.insertExample}
                onClick={() => change(exampleCatalog)}
              >
                {t('config.insert-example', 'Insert an example')}
              </Button>
            )}
            {uid !== '' && (
              <>
                <Button
                  variant="secondary"
                  icon="apps"
                  data-testid={testIds.configEditor.presets}
                  tooltip={t(
                    'config.presets-tooltip',
                    'Saves the connection, and looks for known metrics on the server'
                  )}
                  onClick={() => whenSaved(() => setChoosing(true))}
                >
                  {t('config.presets', 'Presets')}
                </Button>
                <Button
                  variant="secondary"
                  icon="import"
                  data-testid={testIds.configEditor.import}
                  onClick={() => setImporting('paste')}
                >
                  {t('config.import', 'Import SLOs')}
                </Button>
                <Button
                  variant="secondary"
                  icon="search"
                  data-testid={testIds.configEditor.discover}
                  tooltip={t(
                    'config.discover-tooltip',
                    'Saves the connection, and looks for recording rules on the server'
                  )}
                  onClick={() => whenSaved(() => setImporting('discover'))}
                >
                  {t('config.discover', 'Discover from rules')}
                </Button>
              </>
            )}
          </Stack>
        )}
        {saveError && (
          <Alert
            severity="error"
            title={t('config.unsaved', 'Failed to save the connection: {{reason}}', { reason: saveError })}
          />
        )}
        {importing && (
          <ImportModal
            dataSourceUid={uid}
            from={importing}
            onTake={(imported) => {
              change(mergeCatalog(catalog, imported));
              setImporting(undefined);
            }}
            onDismiss={() => setImporting(undefined)}
          />
        )}
        {choosing && (
          <PresetsModal
            dataSourceUid={uid}
            taken={report.value?.slos.map((slo) => slo.name) ?? []}
            onTake={(chosen) => {
              change(chosen.reduce(mergeCatalog, catalog));
              setChoosing(false);
            }}
            onDismiss={() => setChoosing(false)}
          />
        )}
        <CatalogReport saved={uid !== ''} report={report} onGoTo={goTo} />
      </Stack>
    </ConfigSection>
  );
}
