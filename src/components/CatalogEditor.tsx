import React, { forwardRef, useEffect, useImperativeHandle, useState } from 'react';
import { CodeEditor, type Monaco, type MonacoEditor } from '@grafana/ui';

import { t } from '../i18n';
import type { Problem } from '../resources';
import { testIds } from '../testIds';
import { useCatalogCompletion } from './useCatalogCompletion';

export interface CatalogEditorHandle {
  /** Moves the cursor to a position, both numbers from 1. */
  goTo: (line: number, column: number) => void;
}

interface Props {
  /** UID of the saved data source, for the schema; empty before it is saved. */
  dataSourceUid: string;
  value: string;
  problems?: Problem[];
  readOnly?: boolean;
  /** Must be stable: the code editor keeps the first one. */
  onChange: (value: string) => void;
}

/** Grafana's code editor with underlined problems. */
export const CatalogEditor = forwardRef<CatalogEditorHandle, Props>(function CatalogEditor(props, ref) {
  const { dataSourceUid, value, problems, readOnly, onChange } = props;
  const [mounted, setMounted] = useState<{ editor: MonacoEditor; monaco: Monaco }>();

  useCatalogCompletion(dataSourceUid, mounted);

  useImperativeHandle(
    ref,
    () => ({
      goTo(line, column) {
        const position = { lineNumber: Math.max(line, 1), column: Math.max(column, 1) };
        mounted?.editor.setPosition(position);
        mounted?.editor.revealPositionInCenter(position);
        mounted?.editor.focus();
      },
    }),
    [mounted]
  );

  useEffect(() => {
    const model = mounted?.editor.getModel();
    if (mounted && model) {
      mounted.monaco.editor.setModelMarkers(model, 'burnline', (problems ?? []).map(markerOf(mounted.monaco)));
    }
  }, [mounted, problems]);

  return (
    <div data-testid={testIds.configEditor.catalog}>
      <CodeEditor
        value={value}
        language="yaml"
        height={360}
        showLineNumbers
        showMiniMap={false}
        readOnly={readOnly}
        monacoOptions={{
          ariaLabel: t('config.catalog-editor', 'SLO catalog, YAML'),
          scrollBeyondLastLine: false,
          fixedOverflowWidgets: true,
        }}
        onChange={onChange}
        onEditorDidMount={(editor, monaco) => setMounted({ editor, monaco })}
      />
    </div>
  );
});

// Monaco widens an empty range to the word at its position.
function markerOf(monaco: Monaco) {
  return ({ line, column, message }: Problem) => ({
    severity: monaco.MarkerSeverity.Error,
    message,
    startLineNumber: Math.max(line, 1),
    startColumn: Math.max(column, 1),
    endLineNumber: Math.max(line, 1),
    endColumn: Math.max(column, 1),
  });
}
