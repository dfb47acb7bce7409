import { DataSourcePluginOptionsEditorProps, DataSourceSettings, GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, Text, useStyles2 } from '@grafana/ui';
import { css } from '@emotion/css';
import { ComponentType, useState } from 'react';

import { PageProps } from './Page';
import { editable, saveSettings } from './settings';

interface Outcome {
  severity: 'success' | 'error';
  message: string;
}

/**
 * The data source's settings, with Grafana's "Save & test": settings are saved first, also if the
 * test fails.
 */
export function ConfigPage({ plugins, settings, onSaved }: PageProps) {
  const styles = useStyles2(getStyles);
  const [options, setOptions] = useState<DataSourceSettings>(() => editable(settings));
  const [outcome, setOutcome] = useState<Outcome>();
  const [busy, setBusy] = useState(false);
  const Editor = plugins.datasource.components.ConfigEditor as
    ComponentType<DataSourcePluginOptionsEditorProps<any, any>> | undefined;

  const saveAndTest = async () => {
    setBusy(true);
    setOutcome(undefined);
    try {
      const saved = await saveSettings(options);
      onSaved(saved);
      const { message } = await new plugins.datasource.DataSourceClass(saved).testDatasource();
      setOutcome({ severity: 'success', message });
    } catch (error) {
      setOutcome({ severity: 'error', message: messageOf(error) });
    } finally {
      setBusy(false);
    }
  };

  if (!Editor) {
    return <Alert severity="info" title="This build of the data source has no config editor" />;
  }
  return (
    <div className={styles.page}>
      <Text element="h2" variant="h3">
        Settings
      </Text>
      <Editor options={options} onOptionsChange={setOptions} />
      {outcome && (
        <Alert
          severity={outcome.severity}
          title={outcome.message}
          data-testid="data source test"
          data-severity={outcome.severity}
          className={styles.outcome}
        />
      )}
      <div className={styles.actions}>
        <Button onClick={saveAndTest} disabled={busy}>
          {busy ? 'Testing…' : 'Save & test'}
        </Button>
      </div>
    </div>
  );
}

/**
 * A failed health check rejects with an object that has a message, a failed request with one that
 * has it in its data.
 */
function messageOf(error: unknown): string {
  const { message, data } = (error ?? {}) as { message?: string; data?: { message?: string } };
  return data?.message ?? message ?? 'The test failed without a reason.';
}

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({ maxWidth: theme.breakpoints.values.lg, paddingBottom: theme.spacing(4) }),
  outcome: css({ marginTop: theme.spacing(2) }),
  actions: css({ marginTop: theme.spacing(2) }),
});
