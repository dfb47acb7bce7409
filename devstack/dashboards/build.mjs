// Writes src/dashboards/*.json from their sources in TypeScript beside them.
import { build } from 'esbuild';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const dashboards = resolve(dirname(fileURLToPath(import.meta.url)), '../../src/dashboards');
const folder = await mkdtemp(join(tmpdir(), 'burnline-dashboards-'));
try {
  const outfile = join(folder, 'dashboards.cjs');
  await build({
    entryPoints: [join(dashboards, 'index.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'warning',
  });
  const { bundled, fileText } = createRequire(import.meta.url)(outfile);
  for (const [name, content] of Object.entries(bundled())) {
    await writeFile(join(dashboards, `${name}.json`), fileText(content));
  }
} finally {
  await rm(folder, { recursive: true });
}
