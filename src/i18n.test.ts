import { readdirSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';

import { t } from './i18n';

/**
 * The texts in the source of a plugin by key: t('key', 'text') with plain strings, and those of the
 * examples.
 */
function textsInSource(folder: string): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /\.tsx?$/.test(name) && !/\.test\.|^panel|^testing/.test(name)
  );
  const string = `(?:'((?:[^'\\\\]|\\\\.)*)'|"((?:[^"\\\\]|\\\\.)*)")`;
  for (const source of sources) {
    const text = readFileSync(join(folder, source), 'utf8');
    for (const [, key, single, double] of text.matchAll(new RegExp(`\\bt\\(\\s*'([\\w.-]+)',\\s*${string}`, 'g'))) {
      found.set(key, (found.get(key) ?? new Set()).add((single ?? double).replace(/\\(.)/g, '$1')));
    }
  }
  return found;
}

it.each([
  ['burnline-slo-datasource', __dirname, 100],
  ['burnline-workloads-panel', join(__dirname, 'panel'), 60],
])('has every text of %s once in the English locale, which translations are made from', (plugin, folder, least) => {
  const file = join(folder, `locales/en-US/${plugin}.json`);
  const found = textsInSource(folder);
  expect([...found].filter(([, texts]) => texts.size > 1)).toEqual([]);
  const flat = Object.fromEntries([...found].sort().map(([key, [text]]) => [key, text]));
  expect(Object.keys(flat).length).toBeGreaterThan(least);
  if (process.env.UPDATE_LOCALE) {
    writeFileSync(file, `${JSON.stringify(nested(flat), null, 2)}\n`);
  }
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(nested(flat));
});

// A key such as a.b is in the object a.
function nested(flat: Record<string, string>) {
  const out: Record<string, Record<string, string>> = {};
  for (const [key, text] of Object.entries(flat)) {
    const [group, name] = key.split('.');
    (out[group] ??= {})[name] = text;
  }
  return out;
}

it('fills in values where nothing is translated', () => {
  expect(t('no.such-key', '{{count}} of {{what}}, {{missing}}', { count: 2, what: 'a' })).toBe('2 of a, {{missing}}');
});
