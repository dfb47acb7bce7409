import { useEffect } from 'react';
import { getBackendSrv } from '@grafana/runtime';
import type { Monaco, MonacoEditor, monacoTypes } from '@grafana/ui';
import { lastValueFrom } from 'rxjs';

import { suggestionsAt, type Schema } from '../catalogCompletion';

/** Completes keys and values in a mounted code editor, from the backend's schema of catalogs. */
export function useCatalogCompletion(dataSourceUid: string, mounted?: { editor: MonacoEditor; monaco: Monaco }) {
  useEffect(() => {
    if (!mounted || !dataSourceUid) {
      return;
    }
    const { editor, monaco } = mounted;
    let schema: Promise<Schema | undefined> | undefined;
    const provider = monaco.languages.registerCompletionItemProvider('yaml', {
      triggerCharacters: [' ', '-', ':'],
      provideCompletionItems: async (model, position) => {
        // Providers apply to all editors of a language. This one serves a single editor.
        if (model !== editor.getModel()) {
          return undefined;
        }
        schema ??= loadSchema(dataSourceUid);
        const known = await schema;
        return known && { suggestions: itemsAt(known, model, position, monaco) };
      },
    });
    return () => provider.dispose();
  }, [dataSourceUid, mounted]);
}

async function loadSchema(dataSourceUid: string): Promise<Schema | undefined> {
  const url = `/api/datasources/uid/${dataSourceUid}/resources/catalog/schema`;
  try {
    return (await lastValueFrom(getBackendSrv().fetch<Schema>({ url, showErrorAlert: false }))).data;
  } catch {
    return undefined; // completion is optional
  }
}

function itemsAt(
  schema: Schema,
  model: monacoTypes.editor.ITextModel,
  { lineNumber, column }: monacoTypes.Position,
  monaco: Monaco
): monacoTypes.languages.CompletionItem[] {
  const line = model.getLineContent(lineNumber).slice(0, column - 1);
  const before = [...model.getLinesContent().slice(0, lineNumber - 1), line].join('\n');
  // The partly typed key or value is replaced.
  const typed = /[^\s]*$/.exec(line)![0].length;
  const range = {
    startLineNumber: lineNumber,
    endLineNumber: lineNumber,
    startColumn: column - typed,
    endColumn: column,
  };
  return suggestionsAt(schema, before).map(({ label, insert, description, kind }, index) => ({
    label,
    insertText: insert,
    documentation: description,
    kind: kind === 'key' ? monaco.languages.CompletionItemKind.Property : monaco.languages.CompletionItemKind.Value,
    sortText: String(index).padStart(3, '0'),
    range,
    ...(insert.endsWith(': ') && { command: { id: 'editor.action.triggerSuggest', title: '' } }),
  }));
}
