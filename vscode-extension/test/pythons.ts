/** Pythons for the tests: the real one of this machine, and scripts that stand for others. */

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export const PYTHON = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();

export function folder(): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), 'lora-lint-'));
}

/** A program of this name in a new folder; gives its path. */
export function program(name: string, script: string, inside = folder()): string {
  const file = path.join(inside, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, script, { mode: 0o755 });
  return file;
}

/** A Python that says of itself what is wanted. */
export function pretended(answer: Record<string, unknown>, name = 'python3', inside = folder()): string {
  const whole = { executable: '/opt/python', version: [3, 12, 1], lora_lint: null, venv: true, ...answer };
  return program(name, `#!/bin/sh\necho '${JSON.stringify(whole)}'\n`, inside);
}
