// Makes the .vsix: `npm run package`, or for one platform, with the parser inside, `npm run package -- --target linux-x64`.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { parseArgs } from 'node:util';

import { bundle, TARGETS } from './bundle.mjs';

const { target } = parseArgs({ options: { target: { type: 'string' } } }).values;
if (target !== undefined && !(target in TARGETS)) {
  console.error(`there is no target ${target}; there are: ${Object.keys(TARGETS).join(', ')}`);
  process.exit(2);
}
bundle(target);
await import('./build.mjs');
const file = target === undefined ? 'lora-lint.vsix' : `lora-lint-${target}.vsix`;
const vsce = ['vsce', 'package', '--no-dependencies', '-o', file, ...(target === undefined ? [] : ['--target', target])];
execFileSync('npx', vsce, { stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' });
console.log(`${file}: ${(fs.statSync(file).size / 1e6).toFixed(2)} MB`);
