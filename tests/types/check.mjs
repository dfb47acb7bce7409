// Checks the sources against the types of each Grafana of versions.json. What the types of Grafana import comes from
// the repository's own packages. The packages are downloaded once, and compared with their hashes.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const cache = join(root, 'node_modules/.cache/grafana-types');
const versions = JSON.parse(readFileSync(join(here, 'versions.json'), 'utf8'));
const wanted = process.argv.slice(2);
const run = (program, args, options) => execFileSync(program, args, { stdio: ['ignore', 'pipe', 'inherit'], ...options });

let failed = false;
for (const [grafana, packages] of Object.entries(versions)) {
  if (wanted.length > 0 && !wanted.includes(grafana)) {
    continue;
  }
  const folder = join(cache, grafana);
  const paths = {};
  for (const [name, hash] of Object.entries(packages)) {
    const to = join(folder, 'node_modules', name.replace(/@[^@]+$/, ''));
    install(name, hash, to);
    const own = name.replace(/@[^@]+$/, '');
    paths[own] = [to];
    paths[`${own}/*`] = [`${to}/*`];
  }
  const config = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: { baseUrl: join(root, 'src'), rootDir: '/', noEmit: true, incremental: false, paths },
    include: [join(root, 'src'), join(root, '.config/types')],
    exclude: [join(root, 'src/**/*.test.*'), join(root, 'src/testing')],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  try {
    run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], { cwd: root });
    console.log(`Grafana ${grafana}: the sources compile`);
  } catch (error) {
    failed = true;
    console.error(`Grafana ${grafana}:\n${error.stdout}`);
  }
}
process.exitCode = failed ? 1 : 0;

/** Unpacks a package, without its dependencies. */
function install(name, hash, to) {
  const mark = join(to, '.hash');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === hash) {
    return;
  }
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  const [{ filename }] = JSON.parse(run('npm', ['pack', name, '--json', '--pack-destination', to], { cwd: root }));
  const archive = join(to, filename);
  const found = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
  if (hash && found !== hash) {
    throw new Error(`${name} has the hash ${found}, not that of versions.json`);
  }
  run('tar', ['-xzf', archive, '--strip-components=1', '-C', to]);
  rmSync(archive);
  writeFileSync(mark, hash);
}
