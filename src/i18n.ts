import i18next from 'i18next';

import pluginJson from './plugin.json';

type Values = Record<string, unknown>;

/**
 * The text of a key in the user's language, or the given English text. Translations are in
 * `locales/<language>/burnline-slo-datasource.json`. Grafana loads them into the i18next instance
 * that it shares with plugins. `{{name}}` is replaced by a value.
 */
export function t(key: string, text: string, values: Values = {}): string {
  const translated = i18next.isInitialized
    ? i18next.t(key, { ns: pluginJson.id, defaultValue: text, interpolation: { escapeValue: false }, ...values })
    : undefined;
  return typeof translated === 'string' ? translated : filledIn(text, values);
}

function filledIn(text: string, values: Values): string {
  return text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => String(values[name] ?? whole));
}
