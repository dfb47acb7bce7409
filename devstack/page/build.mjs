// Bundles the demo page into PAGE_OUT (default node_modules/.cache/burnline-page): index.html and host.js beside it.
import { build } from 'esbuild';
import { copyFile, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const out = resolve(process.env.PAGE_OUT || join(root, 'node_modules/.cache/burnline-page'));
const require = createRequire(import.meta.url);

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
    'editor.worker': join(root, 'node_modules/monaco-editor/esm/vs/editor/editor.worker.js'),
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
  // One copy of React for the page and for the plugins, whoever imports it.
  alias: { react: dirname(require.resolve('react/package.json')) },
  plugins: [ownFonts],
  logLevel: 'warning',
  logOverride: { 'package.json': 'silent' },
});
await copyFile(join(here, 'index.html'), join(out, 'index.html'));
