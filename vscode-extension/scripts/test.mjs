// Runs the tests in test/: bundled, with a stand-in for the part of VS Code's API that the code under test uses.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { build } from 'esbuild';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lora-lint-test-'));
const tests = fs.readdirSync('test').filter((name) => name.endsWith('.test.ts'));
await build({
  entryPoints: tests.map((name) => path.join('test', name)),
  outdir: folder,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  alias: { vscode: './test/vscode.ts' },
  define: { EXTENSION: JSON.stringify(process.cwd()) },
  logLevel: 'warning',
});
const made = fs.readdirSync(folder).map((name) => path.join(folder, name));
process.on('SIGINT', () => undefined); // the tests end at Ctrl-C, and what they left is still removed
const env = { ...process.env, TMPDIR: folder, TEMP: folder, TMP: folder };
const { status } = spawnSync(process.execPath, ['--test', ...made], { stdio: 'inherit', env });
fs.rmSync(folder, { recursive: true, force: true });
process.exit(status ?? 1);
