import assert from 'node:assert/strict';
import { test } from 'node:test';

import { probe } from '../src/probe';
import { folder, program, pretended, PYTHON } from './pythons';

test('a real Python says what it is', async () => {
  const found = await probe([PYTHON]);
  assert.ok(typeof found !== 'string');
  assert.equal(found.version[0], 3);
  assert.ok(found.executable.includes('python'));
});

test('an environment without lora-lint has none', async () => {
  const found = await probe([pretended({ lora_lint: null })]);
  assert.ok(typeof found !== 'string');
  assert.equal(found.loraLint, undefined);
});

test('a file that is not there', async () => {
  assert.equal(await probe([`${folder()}/python`]), 'there is no such file');
});

test('a program that fails says why in its last line', async () => {
  const broken = program('python3', '#!/bin/sh\necho "Traceback" >&2\necho "the environment is broken" >&2\nexit 1\n');
  assert.equal(await probe([broken]), 'the environment is broken');
});

test('a program that is no Python', async () => {
  assert.equal(await probe([program('python3', '#!/bin/sh\necho hello\n')]), 'it is no Python: its answer cannot be read');
});

test('a program that hangs is given up', async () => {
  const found = await probe([program('python3', '#!/bin/sh\nexec sleep 60\n')], 200);
  assert.equal(typeof found, 'string');
});

test('no command', async () => {
  assert.equal(await probe([]), 'no command');
});
