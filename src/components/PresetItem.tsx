import React, { useState } from 'react';
import { getBackendSrv } from '@grafana/runtime';
import { Alert, Button, Checkbox, Stack, Text } from '@grafana/ui';
import { lastValueFrom } from 'rxjs';

import { errorMessage } from '../errorMessage';
import { t } from '../i18n';
import type { Preset, PresetSLO, Suggestion } from '../resources';
import { testIds } from '../testIds';

const ids = testIds.configEditor;

interface Props {
  dataSourceUid: string;
  preset: Preset;
  taken: string[];
  chosen: string[];
  onChoose: (name: string, on: boolean) => void;
  /** Adds the preset with objectives that the past would have met. */
  onSuggested: (preset: Preset) => void;
}

/** A preset with metrics on the server: its SLOs to select, and missing metrics. */
export function PresetItem({ dataSourceUid, preset, taken, chosen, onChoose, onSuggested }: Props) {
  const [reading, setReading] = useState(false);
  const [error, setError] = useState<string>();

  const suggest = async () => {
    setReading(true);
    setError(undefined);
    try {
      const request = getBackendSrv().fetch<Preset>({
        method: 'GET',
        url: `/api/datasources/uid/${dataSourceUid}/resources/presets/${preset.name}`,
        params: { suggest: '1' },
        showErrorAlert: false,
      });
      onSuggested((await lastValueFrom(request)).data);
    } catch (failure) {
      setError(errorMessage(failure));
    } finally {
      setReading(false);
    }
  };

  return (
    <div data-testid={ids.preset} data-preset={preset.name} style={{ overflowWrap: 'anywhere' }}>
      <Stack direction="column" gap={1}>
        <Stack justifyContent="space-between" alignItems="center" wrap="wrap">
          <Text element="h3" variant="h5">
            {preset.title}
          </Text>
          <Button
            variant="secondary"
            size="sm"
            icon={reading ? 'spinner' : 'calculator-alt'}
            disabled={reading || !preset.slos.some(({ ready }) => ready)}
            data-testid={ids.presetSuggest}
            onClick={suggest}
          >
            {t('presets.suggest', 'Suggest objectives from the last 30 days')}
          </Button>
        </Stack>
        <Text color="secondary">{preset.about}</Text>
        {error && <Alert severity="error" title={error} />}
        {preset.slos.map((slo) => (
          <Choice
            key={slo.name}
            slo={slo}
            taken={taken.includes(slo.name)}
            chosen={chosen.includes(slo.name)}
            onChoose={(on) => onChoose(slo.name, on)}
          />
        ))}
        {preset.slos.some(({ ready, lacking }) => !ready || lacking.length > 0) && (
          <Text variant="bodySmall" color="secondary">
            {t('presets.rest', 'To turn on the rest: {{enable}}', { enable: preset.enable })}
          </Text>
        )}
      </Stack>
    </div>
  );
}

interface ChoiceProps {
  slo: PresetSLO;
  taken: boolean;
  chosen: boolean;
  onChoose: (on: boolean) => void;
}

function Choice({ slo, taken, chosen, onChoose }: ChoiceProps) {
  const notes = [...slo.notes];
  if (slo.lacking.length > 0) {
    notes.push(t('presets.lacking', 'The series don’t have the label {{labels}}.', { labels: slo.lacking.join(', ') }));
  }
  if (slo.suggestion) {
    notes.push(past(slo.suggestion));
  }
  if (!slo.ready) {
    notes.push(t('presets.missing', 'Not found: {{metrics}}.', { metrics: slo.missing.join(', ') }));
  } else if (taken) {
    notes.push(t('presets.taken', 'The catalog already has an SLO with this name.'));
  }
  return (
    <div data-testid={ids.presetSLO}>
      <Checkbox
        label={slo.name}
        description={notes.length > 0 ? `${describeSLO(slo)}. ${notes.join(' ')}` : describeSLO(slo)}
        value={chosen && slo.ready && !taken}
        disabled={!slo.ready || taken}
        onChange={(event) => onChoose(event.currentTarget.checked)}
      />
    </div>
  );
}

function describeSLO({ description, objective, window, by, ready }: PresetSLO): string {
  const values = { description, objective, window, by: by.join(', ') };
  return ready && by.length > 0
    ? t('presets.promise-by', '{{objective}}% over {{window}}: {{description}}, by {{by}}', values)
    : t('presets.promise', '{{objective}}% over {{window}}: {{description}}', values);
}

function past({ objective, kept, groups, problem }: Suggestion): string {
  return objective === null
    ? t('presets.no-suggestion', 'No objective suggested: {{problem}}.', { problem })
    : t('presets.suggested', 'Suggested: {{kept}} of {{groups}} groups have kept {{objective}}%.', {
        kept,
        groups,
        objective,
      });
}
