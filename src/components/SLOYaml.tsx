import { dump, JSON_SCHEMA, load } from 'js-yaml';
import React, { useEffect, useRef, useState } from 'react';
import { EditorField } from '@grafana/plugin-ui';
import { ClipboardButton, CodeEditor, Stack } from '@grafana/ui';

import { t } from '../i18n';
import { testIds } from '../testIds';
import type { SLO } from '../types';

interface Props {
  slo: SLO;
  onChange: (slo: SLO) => void;
  onLeave: () => void;
}

/** The SLO of a query as YAML, in the form of the catalog. */
export function SLOYaml(props: Props) {
  const { slo } = props;
  // The code editor keeps the first handlers that it is given.
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  const [text, setText] = useState(() => written(slo));
  const [problem, setProblem] = useState<string>();
  const change = (text: string) => {
    setText(text);
    const { slo, problem } = parse(text);
    setProblem(problem);
    if (slo) {
      latest.current.onChange(slo);
    }
  };
  return (
    <EditorField label={t('yaml.label', 'SLO definition')} invalid={Boolean(problem)} error={problem}>
      <Stack direction="column" gap={1}>
        <div data-testid={testIds.queryEditor.yaml} style={{ width: 700, maxWidth: '100%' }}>
          <CodeEditor
            value={text}
            language="yaml"
            height={260}
            showMiniMap={false}
            showLineNumbers
            monacoOptions={{
              ariaLabel: t('yaml.label', 'SLO definition'),
              scrollBeyondLastLine: false,
            }}
            onChange={change}
            onBlur={() => latest.current.onLeave()}
          />
        </div>
        <ClipboardButton
          size="sm"
          variant="secondary"
          icon="copy"
          tooltip={t('yaml.copy-tooltip', 'Copies this SLO as an entry for "slos" in the catalog of the data source')}
          getText={() => dump([slo], format)}
        >
          {t('yaml.copy', 'Copy for the catalog')}
        </ClipboardButton>
      </Stack>
    </EditorField>
  );
}

// Without references, and with dates as texts.
const format = { schema: JSON_SCHEMA, noRefs: true, lineWidth: -1 };

function written(slo: SLO): string {
  return dump(slo, format);
}

/** Reads one SLO, also as the only entry of a list. */
export function parse(text: string): { slo?: SLO; problem?: string } {
  let value: unknown;
  try {
    value = load(text, { schema: JSON_SCHEMA });
  } catch (error) {
    return { problem: (error as Error).message.split('\n')[0] };
  }
  const one = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (!isMapping(one) || !isMapping(one.sli)) {
    return { problem: t('yaml.no-slo', 'Write one SLO with name, objective, window and sli.') };
  }
  return { slo: { ...one, name: String(one.name ?? '') } as unknown as SLO };
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
