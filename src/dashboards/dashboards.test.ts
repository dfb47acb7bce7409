import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import plugin from '../plugin.json';
import { bundled, fileText } from '.';

const here = __dirname;

test.each(Object.entries(bundled()))(
  '%s.json is what its source makes; else run "npm run dashboards"',
  (name, content) => {
    expect(readFileSync(join(here, `${name}.json`), 'utf8')).toBe(fileText(content));
  }
);

/** The panels of a dashboard, those of folded rows included. */
function allPanels({ panels = [] }: ReturnType<typeof bundled>[string]) {
  return panels.flatMap((panel) => ('panels' in panel ? [panel, ...panel.panels] : [panel]));
}

test('panels have distinct ids, those of folded rows too', () => {
  for (const built of Object.values(bundled())) {
    const ids = allPanels(built).map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
    expect(ids.every(Boolean)).toBe(true);
  }
});

test('every dashboard is one of the plugin', () => {
  const files = readdirSync(here).filter((file) => file.endsWith('.json'));
  const included = plugin.includes.filter(({ type }) => type === 'dashboard');
  expect(included.map(({ path }) => path).sort()).toEqual(files.map((file) => `dashboards/${file}`).sort());
  for (const { name, path } of included) {
    expect(JSON.parse(readFileSync(join(here, '..', path), 'utf8')).title).toBe(name);
  }
});

test('panels that show the answer of another one show the one that is meant', () => {
  const { panels = [] } = bundled().kubernetes;
  const shown = panels.flatMap((panel) =>
    ('targets' in panel ? (panel.targets ?? []) : []).flatMap((target) => {
      const { panelId } = target as { panelId?: number };
      return panelId ? [`${panel.title}: ${panels.find(({ id }) => id === panelId)?.title}`] : [];
    })
  );
  expect(shown).toEqual([
    'Replicas missing: Resource usage',
    'Restarts: Resource usage',
    'Highest memory: Resource usage',
    'Most throttled: Resource usage',
  ]);
});

test('no two panels of a dashboard have one name: a screen reader could not tell them apart', () => {
  for (const built of Object.values(bundled())) {
    const titles = allPanels(built).map(({ title }) => title);
    expect(titles).toEqual([...new Set(titles)]);
  }
});

test('panels stand beside and below each other, never on each other', () => {
  for (const built of Object.values(bundled())) {
    const places = allPanels(built).map(({ gridPos }) => gridPos!);
    for (const [index, a] of places.entries()) {
      expect(a.x + a.w).toBeLessThanOrEqual(24);
      for (const b of places.slice(index + 1)) {
        const apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
        expect(apart).toBe(true);
      }
    }
  }
});
