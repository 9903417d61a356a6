// `npm run build:prod`: compile, bundle with JupyterLab's builder, and note which sources it was.
// `node build.mjs lock`: take people's donation links out of the lock, which holds no addresses.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const OUT = '../src/crossroads/labextension';
/** The site's script has what it shares with the lessons, and is committed: a site needs no Node. */
const SITE = '../website/static/page.js';
const SHARED = ['glossary.ts', 'reading.json', 'reading.ts', 'signs.ts', 'site.ts', 'terms.ts'];
// The script with which charts answer is the package's own: explorers load it where no extension is.
const VALUES = '../src/crossroads/static/values.js';
const run = (...args) => execFileSync(process.execPath, args, { stdio: 'inherit' });

if (process.argv[2] === 'lock') {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  Object.values(lock.packages).forEach(entry => delete entry.funding);
  writeFileSync('package-lock.json', JSON.stringify(lock, null, 2) + '\n');
  process.exit();
}

rmSync('lib', { recursive: true, force: true });
rmSync(OUT, { recursive: true, force: true });
run('node_modules/typescript/bin/tsc');
copyFileSync(VALUES, 'lib/values.js');
run(
  'node_modules/@jupyter/builder/lib/build-labextension.js',
  '--core-package-file',
  'node_modules/@jupyterlab/core-meta/core.package.json',
  '.'
);

const webpack = createRequire(import.meta.url)('webpack');
await new Promise((done, fail) =>
  webpack(
    { mode: 'production', entry: './lib/site.js', output: { path: process.cwd(), filename: SITE } },
    (error, stats) => (error || stats.hasErrors() ? fail(error ?? stats.toString()) : done())
  )
);

// The same sums as in tests/project/test_pen_build.py.
function sum(paths) {
  const hash = createHash('sha256');
  for (const path of paths.sort()) {
    hash.update(`${path}\n${readFileSync(path, 'utf8').replaceAll('\r\n', '\n')}\n`);
  }
  return hash.digest('hex');
}
const folders = ['schema', 'src', 'style'].flatMap(dir => readdirSync(dir).map(name => `${dir}/${name}`));
const all = sum(['package.json', 'tsconfig.json', VALUES, ...folders]);
writeFileSync(`${OUT}/source.sha256`, all + '\n');
const made = `// Made by jupyterlab-extension/build.mjs of ${sum(SHARED.map(name => `src/${name}`))}`;
writeFileSync(SITE, `${made}\n${readFileSync(SITE, 'utf8')}\n`);
