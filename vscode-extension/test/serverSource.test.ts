import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, test } from 'node:test';

import { NoServer } from '../src/noServer';
import { findServer, type ServerSource } from '../src/serverSource';
import { folder, pretended, program } from './pythons';
import { reset, Uri, world } from './vscode';

let extension: string;
let storage: string;
const log = { info: () => undefined, warn: () => undefined };
const found = (): Promise<ServerSource> =>
  findServer({ extensionPath: extension, globalStorageUri: Uri.file(storage) } as never, log as never);

/** A Python that makes "environments" of scripts like itself. */
function maker(): string {
  return program(
    'python3',
    `#!/bin/sh
case "$*" in
  *"-m venv"*) for last; do :; done; mkdir -p "$last/bin"; cp "$0" "$last/bin/python" ;;
  *"pip install"*) echo "$*" > "$(dirname "$0")/../installed" ;;
  *) echo '{"executable": "'$0'", "version": [3, 12, 1], "lora_lint": null, "venv": true}' ;;
esac
`,
  );
}

beforeEach(() => {
  reset();
  [extension, storage] = [folder(), folder()];
  fs.mkdirSync(path.join(extension, 'bundled'));
  fs.writeFileSync(path.join(extension, 'bundled', 'requirements.txt'), 'libcst>=1.5\n');
  fs.writeFileSync(path.join(extension, 'bundled', 'constraints.txt'), 'libcst==1.9.0\n');
  world.settings['loraLint.interpreter'] = [pretended({ lora_lint: '0.2.0' })];
});

test('loraLint.path stands above everything', async () => {
  world.settings['loraLint.path'] = ['${env:HOME}/server', '--log-level', 'debug'];
  const source = await found();
  assert.deepEqual(source.command, [`${process.env['HOME'] ?? ''}/server`, '--log-level', 'debug']);
});

test('the lora-lint of the environment is used', async () => {
  const source = await found();
  assert.equal(source.from, 'lora-lint 0.2.0 of the environment');
  assert.deepEqual(source.command.slice(-2), ['-m', 'lora_lint_lsp']);
});

test('one that is too old is not', async () => {
  world.settings['loraLint.interpreter'] = [pretended({ lora_lint: '0.0.9' })];
  fs.mkdirSync(path.join(extension, 'bundled/site/libcst'), { recursive: true });
  fs.writeFileSync(path.join(extension, 'bundled/site/libcst/native.cpython-312-x86_64-linux-gnu.so'), '');
  assert.equal((await found()).from, 'bundled');
});

test('a platform build carries the parser of some Pythons', async () => {
  world.settings['loraLint.importStrategy'] = 'useBundled';
  fs.mkdirSync(path.join(extension, 'bundled/site/libcst'), { recursive: true });
  fs.writeFileSync(path.join(extension, 'bundled/site/libcst/native.cp312-win_amd64.pyd'), '');
  const source = await found();
  assert.equal(source.from, 'bundled');
  assert.deepEqual(source.command.slice(-3), ['lora-lint', 'site', 'lora_lint_lsp']);
  assert.ok(source.command.includes('-I'), 'isolated from the environment');

  world.settings['loraLint.interpreter'] = [pretended({ version: [3, 15, 0] })];
  await assert.rejects(found, /needs its parser \(LibCST\) for Python 3\.15/);
});

test('the private environment is made after asking, once, with the tested versions', async () => {
  world.settings['loraLint.interpreter'] = [maker()];
  world.answer = 'Install';
  const source = await found();
  assert.equal(source.from, 'bundled, in a private environment');
  assert.deepEqual(source.command.slice(-2), ['lora-lint', 'lora_lint_lsp']);
  assert.equal(world.said.length, 1);
  const [made] = fs.readdirSync(storage);
  assert.match(made ?? '', /^python-3\.12-[0-9a-f]{8}$/);
  const pip = fs.readFileSync(path.join(storage, made ?? '', 'installed'), 'utf8');
  assert.match(pip, /--only-binary :all: -r \S+requirements\.txt -c \S+constraints\.txt/);

  await found();
  assert.equal(world.said.length, 1, 'it is there now');

  fs.writeFileSync(path.join(extension, 'bundled', 'constraints.txt'), 'libcst==2.0.0\n');
  await found();
  assert.equal(world.said.length, 2, 'other libraries, another environment');
});

test('nothing is installed against the wish of the user', async () => {
  world.settings['loraLint.interpreter'] = [maker()];
  world.answer = 'Not Now';
  await assert.rejects(found, (error) => error instanceof NoServer && error.remedy === 'install');
  world.settings['loraLint.privateEnvironment'] = 'never';
  await assert.rejects(found, /pip install "lora-lint\[lsp\]"/);
  assert.deepEqual(fs.readdirSync(storage), []);
});

test('an installation that fails says why, and leaves nothing behind', async () => {
  const python = maker();
  const fails = fs.readFileSync(python, 'utf8').replace(/\*"pip install"\*\).*/, '*"pip install"*) echo "ERROR: no network"; exit 1 ;;');
  fs.writeFileSync(python, fails);
  world.settings['loraLint.interpreter'] = [python];
  world.settings['loraLint.privateEnvironment'] = 'always';
  await assert.rejects(found, /The installation failed: ERROR: no network/);
  assert.deepEqual(fs.readdirSync(storage), []);
});

test('a Python without venv is told with the package to install', async () => {
  world.settings['loraLint.interpreter'] = [pretended({ venv: false })];
  world.settings['loraLint.privateEnvironment'] = 'always';
  await assert.rejects(found, /its venv module is missing/);
});

test('in an untrusted workspace only the bundled server is used', async () => {
  world.trusted = false;
  world.settings['loraLint.path'] = ['/workspace/evil'];
  process.env['PATH'] = `${path.dirname(pretended({ lora_lint: '9.9.9' }))}:/bin`;
  fs.mkdirSync(path.join(extension, 'bundled/site/libcst'), { recursive: true });
  fs.writeFileSync(path.join(extension, 'bundled/site/libcst/native.cpython-312-x86_64-linux-gnu.so'), '');
  assert.equal((await found()).from, 'bundled');
});

test('no Python: the message says what was looked at', async () => {
  world.settings['loraLint.interpreter'] = ['/nowhere/python'];
  await assert.rejects(found, (error) => {
    assert.ok(error instanceof NoServer);
    assert.equal(error.remedy, 'interpreter');
    assert.match(error.message, /needs Python 3\.10 or later, and found none\. Looked at: \/nowhere\/python/);
    return true;
  });
});
