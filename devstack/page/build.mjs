// Bundles the demo page into PAGE_OUT (default node_modules/.cache/burnline-page): index.html and host.js beside it.
// PAGE_PACKAGES is the folder whose node_modules has the Grafana and the React that the page stands in for: the
// repository's own (Grafana 12, React 18), or devstack/page-13 (Grafana 13, React 19).
import { build } from 'esbuild';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const out = resolve(process.env.PAGE_OUT || join(root, 'node_modules/.cache/burnline-page'));
const packages = resolve(root, process.env.PAGE_PACKAGES || '.');
const require = createRequire(join(packages, 'package.json'));

// What the page and the plugins' sources import comes from there; what is only the page's own, from the repository.
const fromPackages = {
  name: 'from-packages',
  setup(bundler) {
    bundler.onResolve({ filter: /^[^./]/ }, async ({ path, importer, kind, pluginData }) => {
      if (pluginData === fromPackages || /[\\/]node_modules[\\/]/.test(importer)) {
        return undefined;
      }
      const found = await bundler.resolve(path, { kind, importer, resolveDir: packages, pluginData: fromPackages });
      return found.errors.length > 0 ? undefined : found;
    });
  },
};

// Grafana's server has the fonts that @grafana/ui loads by URL; the page carries its own.
const ownFonts = {
  name: 'own-fonts',
  setup(bundler) {
    bundler.onResolve({ filter: /\/fonts\.mjs$/ }, ({ importer }) =>
      importer.includes('GlobalStyles') ? { path: join(here, 'fonts.ts') } : undefined
    );
  },
};

await mkdir(out, { recursive: true });
await build({
  entryPoints: {
    host: join(here, 'host.tsx'),
    'editor.worker': join(packages, 'node_modules/monaco-editor/esm/vs/editor/editor.worker.js'),
  },
  outdir: out,
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  jsx: 'automatic',
  define: { 'process.env.NODE_ENV': '"production"', global: 'window' },
  loader: {
    '.svg': 'dataurl',
    '.png': 'dataurl',
    '.woff2': 'dataurl',
    '.woff': 'empty',
    '.ttf': 'dataurl',
    '.wasm': 'file',
  },
  assetNames: '[name]-[hash]',
  alias: {
    // One copy of React for the page and for the plugins, whoever imports it.
    react: dirname(require.resolve('react/package.json')),
    // Modules of Grafana 11.6 import the default of these as bundlers do, and not as Node does.
    'react-use/lib': join(dirname(require.resolve('react-use/package.json')), 'esm'),
  },
  plugins: [ownFonts, fromPackages],
  logLevel: 'warning',
  logOverride: { 'package.json': 'silent' },
});
const html = await readFile(join(here, 'index.html'), 'utf8');
const { version } = require('@grafana/runtime/package.json');
await writeFile(join(out, 'index.html'), html.replace('GRAFANA_VERSION', version));
