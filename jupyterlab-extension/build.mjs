// `npm run build:prod`: compile, bundle with JupyterLab's builder, and note which sources it was.
// `node build.mjs lock`: take people's donation links out of the lock, which holds no addresses.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const OUT = '../src/crossroads/labextension';
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

// The same sum as in tests/project/test_pen_build.py.
const hash = createHash('sha256');
const folders = ['schema', 'src', 'style'].flatMap(dir => readdirSync(dir).map(name => `${dir}/${name}`));
for (const path of ['package.json', 'tsconfig.json', VALUES, ...folders].sort()) {
  hash.update(`${path}\n${readFileSync(path, 'utf8').replaceAll('\r\n', '\n')}\n`);
}
writeFileSync(`${OUT}/source.sha256`, hash.digest('hex') + '\n');
