import i18next from 'i18next';

import pluginJson from './plugin.json';

type Values = Record<string, string | number>;

/**
 * Texts of one language by key. A table uses the same few texts hundreds of times while it scrolls.
 */
let found = new Map<string, string>();
let language: string | undefined;

/**
 * The text of a key in the user's language, or the given English text. Translations are in
 * `locales/<language>/burnline-workloads-panel.json`. Grafana loads them into the i18next instance
 * that it shares with plugins. `{{name}}` is replaced by a value. A translation may have plural
 * forms if there is a value `count`.
 */
export function t(key: string, text: string, values?: Values): string {
  if (!i18next.isInitialized) {
    return filledIn(text, values);
  }
  if (language !== i18next.language) {
    language = i18next.language;
    found = new Map();
  }
  const form = values?.count === undefined ? key : `${key} ${values.count}`;
  let template = found.get(form);
  if (template === undefined) {
    const options = { ns: pluginJson.id, defaultValue: text, skipInterpolation: true };
    const translated: unknown = i18next.t(
      key,
      values?.count === undefined ? options : { ...options, count: Number(values.count) }
    );
    template = typeof translated === 'string' ? translated : text;
    found.set(form, template);
  }
  return filledIn(template, values);
}

function filledIn(text: string, values?: Values): string {
  return values ? text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => String(values[name] ?? whole)) : text;
}
