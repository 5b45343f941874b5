import assert from 'node:assert/strict';
import path from 'node:path';
import { beforeEach, test } from 'node:test';

import { findInterpreter, withVariables } from '../src/interpreter';
import { folder, pretended } from './pythons';
import { reset, Uri, world } from './vscode';

let project: string;
const found = (): ReturnType<typeof findInterpreter> => findInterpreter(Uri.file(project) as never);

beforeEach(() => {
  reset();
  project = folder();
  world.folders = [{ uri: Uri.file(project) }];
  process.env['PATH'] = `${path.dirname(pretended({ executable: '/on/path' }))}:/bin`;
});

test('the setting stands above everything', async () => {
  pretended({ executable: '/in/venv' }, 'python', path.join(project, '.venv/bin'));
  world.settings['loraLint.interpreter'] = [pretended({ executable: '/by/setting' }), '-u'];
  const python = await found();
  assert.ok(!Array.isArray(python));
  assert.equal(python.executable, '/by/setting');
  assert.equal(python.chosenBy, 'setting loraLint.interpreter');
  assert.equal(python.command.at(-1), '-u');
});

test('a setting that is wrong is not passed over', async () => {
  world.settings['loraLint.interpreter'] = ['/nowhere/python'];
  assert.deepEqual(await found(), ['/nowhere/python (setting loraLint.interpreter): there is no such file']);
});

test('a .venv of the workspace comes before PATH', async () => {
  pretended({ executable: '/in/venv' }, 'python', path.join(project, '.venv/bin'));
  const python = await found();
  assert.ok(!Array.isArray(python));
  assert.deepEqual([python.executable, python.chosenBy], ['/in/venv', '.venv of the workspace']);
});

test('in an untrusted workspace neither its .venv nor its settings count', async () => {
  world.trusted = false;
  pretended({ executable: '/in/venv' }, 'python', path.join(project, '.venv/bin'));
  world.settings['loraLint.interpreter'] = [path.join(project, '.venv/bin/python')];
  const python = await found();
  assert.ok(!Array.isArray(python));
  assert.equal(python.executable, '/on/path');
});

test('in an untrusted workspace a folder of it on PATH does not count', async () => {
  world.trusted = false;
  pretended({ executable: '/in/workspace' }, 'python3', path.join(project, 'bin'));
  process.env['PATH'] = `${path.join(project, 'bin')}:${process.env['PATH'] ?? ''}`;
  const python = await found();
  assert.ok(!Array.isArray(python));
  assert.equal(python.executable, '/on/path');
});

test('a Python that is too old is passed over, and named where there is no other', async () => {
  pretended({ executable: '/in/venv', version: [3, 8, 2] }, 'python', path.join(project, '.venv/bin'));
  const python = await found();
  assert.ok(!Array.isArray(python));
  assert.equal(python.executable, '/on/path');
  process.env['PATH'] = folder();
  const none = await found();
  assert.ok(Array.isArray(none));
  assert.match(none[0] ?? '', /\.venv of the workspace\): Python 3\.8\.2 is older than 3\.10$/);
});

test('no Python at all', async () => {
  process.env['PATH'] = folder();
  assert.deepEqual(await found(), []);
});

test('variables in settings', () => {
  process.env['LORA_TEST'] = 'here';
  const replace = withVariables(Uri.file('/work') as never);
  assert.equal(replace('${workspaceFolder}/${env:LORA_TEST}/${env:LORA_NOT}x'), '/work/here/x');
});
