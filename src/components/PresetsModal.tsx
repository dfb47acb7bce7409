import React, { useCallback, useState } from 'react';
import { getBackendSrv } from '@grafana/runtime';
import { Alert, Button, CollapsableSection, Modal, Stack, Text, TextLink } from '@grafana/ui';
import { lastValueFrom } from 'rxjs';

import { t } from '../i18n';
import type { Preset } from '../resources';
import { testIds } from '../testIds';
import { useAnswer } from '../useAnswer';
import { PresetItem } from './PresetItem';

const ids = testIds.configEditor;

interface Props {
  dataSourceUid: string;
  /** Names of SLOs in the catalog. */
  taken: string[];
  /** Receives the YAML of each selected SLO. */
  onTake: (catalogs: string[]) => void;
  onDismiss: () => void;
}

/** Offers SLOs for the metrics of the server, and shows how to enable missing metrics. */
export function PresetsModal({ dataSourceUid, taken, onTake, onDismiss }: Props) {
  const ask = useCallback(
    async (path: string) => {
      const url = `/api/datasources/uid/${dataSourceUid}/resources/${path}`;
      const request = getBackendSrv().fetch<{ presets: Preset[] }>({ method: 'GET', url, showErrorAlert: false });
      return (await lastValueFrom(request)).data.presets;
    },
    [dataSourceUid]
  );
  const { value, error, pending } = useAnswer('presets', ask);
  const [suggested, setSuggested] = useState<Record<string, Preset>>({});
  const [chosen, setChosen] = useState<string[]>([]);

  const presets = (value ?? []).map((preset) => suggested[preset.name] ?? preset);
  const found = presets.filter(({ state }) => state !== 'absent');
  const absent = presets.filter(({ state }) => state === 'absent');
  const catalogs = found.flatMap(({ slos }) => slos.filter(({ name }) => chosen.includes(name)).map((s) => s.catalog));

  return (
    <Modal isOpen title={t('presets.title', 'Presets')} onDismiss={onDismiss}>
      <Stack direction="column" gap={2}>
        <div aria-live="polite" aria-busy={pending}>
          {pending && <Text color="secondary">{t('presets.looking', 'Looking for known metrics…')}</Text>}
          {error && !pending && <Alert severity="error" title={error} />}
          {value && found.length === 0 && <NothingFound />}
        </div>
        {found.map((preset) => (
          <PresetItem
            key={preset.name}
            dataSourceUid={dataSourceUid}
            preset={preset}
            taken={taken}
            chosen={chosen}
            onChoose={(name, on) => setChosen((all) => (on ? [...all, name] : all.filter((one) => one !== name)))}
            onSuggested={(answer) => setSuggested((all) => ({ ...all, [answer.name]: answer }))}
          />
        ))}
        {absent.length > 0 && (
          <CollapsableSection
            label={t('presets.absent', 'Not available ({{count}})', { count: absent.length })}
            isOpen={found.length === 0}
          >
            <Stack direction="column" gap={2}>
              {absent.map((preset) => (
                <Absent key={preset.name} preset={preset} />
              ))}
            </Stack>
          </CollapsableSection>
        )}
      </Stack>
      <Modal.ButtonRow>
        <Button variant="secondary" fill="outline" onClick={onDismiss}>
          {t('presets.cancel', 'Cancel')}
        </Button>
        <Button data-testid={ids.presetsTake} disabled={catalogs.length === 0} onClick={() => onTake(catalogs)}>
          {t('presets.take', 'Add to the catalog')}
        </Button>
      </Modal.ButtonRow>
    </Modal>
  );
}

function NothingFound() {
  return (
    <Alert
      severity="info"
      title={t('presets.none', 'None of the known metrics were found in the last hour')}
      data-testid={ids.presetsNone}
    >
      {t(
        'presets.none-help',
        'Below are the metrics and how to turn them on. You can also write SLOs for your own metrics in the catalog.'
      )}
    </Alert>
  );
}

function Absent({ preset: { name, title, about, enable, docs, metrics, found } }: { preset: Preset }) {
  return (
    <div data-testid={ids.preset} data-preset={name} style={{ overflowWrap: 'anywhere' }}>
      <Stack direction="column" gap={0.5}>
        <Text element="h3" variant="h5">
          {title}
        </Text>
        <Text color="secondary">{about}</Text>
        <Text variant="bodySmall">
          {t('presets.looked-for', 'Looked for {{metrics}}.', { metrics: metrics.join(', ') })}
        </Text>
        {found.length > 0 && (
          <Text variant="bodySmall">
            {t('presets.found-only', 'Found {{metrics}}, but the metrics required for an SLO are missing.', {
              metrics: found.join(', '),
            })}
          </Text>
        )}
        <Text variant="bodySmall">{t('presets.turn-on', 'To turn it on: {{enable}}', { enable })}</Text>
        <TextLink href={docs} external variant="bodySmall">
          {t('presets.docs', 'Documentation')}
        </TextLink>
      </Stack>
    </div>
  );
}
