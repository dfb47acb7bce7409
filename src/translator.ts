import i18next from 'i18next';

type Values = Record<string, unknown>;

/**
 * Returns the function for the texts of a plugin, by its id. The text of a key is that of the
 * user's language, or the given English text. Translations are in `locales/<language>/<id>.json`.
 * Grafana loads them into the i18next instance that it shares with plugins. `{{name}}` is replaced
 * by a value. A translation may have plural forms if there is a value `count`.
 */
export function translator(ns: string) {
  // Of one language, by key: a table uses the same few texts hundreds of times while it scrolls.
  let templates = new Map<string, string>();
  let language: string | undefined;

  return (key: string, text: string, values?: Values): string => {
    if (!i18next.isInitialized) {
      return filledIn(text, values);
    }
    if (language !== i18next.language) {
      language = i18next.language;
      templates = new Map();
    }
    const count = values?.count as number | undefined;
    const form = `${key} ${count}`;
    let template = templates.get(form);
    if (template === undefined) {
      const translated: unknown = i18next.t(key, { ns, defaultValue: text, skipInterpolation: true, count });
      template = typeof translated === 'string' ? translated : text;
      templates.set(form, template);
    }
    return filledIn(template, values);
  };
}

function filledIn(text: string, values?: Values): string {
  return values ? text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => String(values[name] ?? whole)) : text;
}
