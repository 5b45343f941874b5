/**
 * Where the server comes from: the setting, the project's environment, or the extension itself. The extension carries
 * lora-lint's own code; the libraries below it come with a platform build, else from a private environment.
 */

import * as fs from 'node:fs';
import * as path from 'node:path';

import * as vscode from 'vscode';

import { findInterpreter, type Interpreter, withVariables } from './interpreter';
import { NoServer } from './noServer';
import { PrivateEnvironment } from './privateEnvironment';

/** The oldest lora-lint of an environment that this extension can talk to. */
const OLDEST_SERVER = [0, 1, 0];

export interface ServerSource {
  readonly command: readonly string[];
  /** Where it comes from, for people. */
  readonly from: string;
  readonly interpreter: Interpreter | undefined;
}

/** Finds the server. Throws NoServer. */
export async function findServer(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): Promise<ServerSource> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const settings = vscode.workspace.getConfiguration('loraLint', folder);
  const configured = settings.get<string[]>('path', []);
  if (vscode.workspace.isTrusted && configured.length > 0) {
    const command = configured.map(withVariables(folder));
    return { command, from: 'setting loraLint.path', interpreter: undefined };
  }
  const interpreter = await findInterpreter(folder);
  if (Array.isArray(interpreter)) {
    for (const line of interpreter) log.warn(line);
    const seen = interpreter.length > 0 ? ` Looked at: ${interpreter.join('; ')}.` : '';
    throw new NoServer(`lora-lint needs Python 3.10 or later, and found none.${seen}`, 'interpreter');
  }
  const strategy = settings.get<string>('importStrategy', 'fromEnvironment');
  if (vscode.workspace.isTrusted && strategy === 'fromEnvironment' && interpreter.loraLint !== undefined) {
    if (isRecent(interpreter.loraLint)) {
      const command = [...interpreter.command, '-m', 'lora_lint_lsp'];
      return { command, from: `lora-lint ${interpreter.loraLint} of the environment`, interpreter };
    }
    log.warn(`lora-lint ${interpreter.loraLint} of the environment is too old; the bundled one is used`);
  }
  return bundled(context, interpreter, log);
}

async function bundled(
  context: vscode.ExtensionContext,
  interpreter: Interpreter,
  log: vscode.LogOutputChannel,
): Promise<ServerSource> {
  const start = startOf(context);
  if (carriesParser(context.extensionPath, interpreter)) {
    const command = [...interpreter.command, ...start, 'lora-lint', 'site', 'lora_lint_lsp'];
    return { command, from: 'bundled', interpreter };
  }
  const environment = new PrivateEnvironment(context, interpreter, log);
  const python = await environment.ready();
  const command = [python, ...start, 'lora-lint', 'lora_lint_lsp'];
  return { command, from: 'bundled, in a private environment', interpreter };
}

/** Starts what the extension carries: isolated from the environment, with compiled files in the extension's storage. */
function startOf(context: vscode.ExtensionContext): string[] {
  const compiled = path.join(context.globalStorageUri.fsPath, 'compiled');
  return ['-I', '-X', `pycache_prefix=${compiled}`, path.join(context.extensionPath, 'bundled', 'start.py')];
}

/** Does a platform build of the extension carry LibCST's native part for this Python? */
function carriesParser(extensionPath: string, interpreter: Interpreter): boolean {
  const folder = path.join(extensionPath, 'bundled', 'site', 'libcst');
  const [major, minor] = interpreter.version;
  const tag = `${major}${minor}`;
  const names = [`native.cpython-${tag}-`, `native.cp${tag}-`];
  return fs.existsSync(folder) && fs.readdirSync(folder).some((file) => names.some((name) => file.startsWith(name)));
}

function isRecent(version: string): boolean {
  const parts = version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  for (const [index, least] of OLDEST_SERVER.entries()) {
    const part = parts[index] ?? 0;
    if (part !== least) return part > least;
  }
  return true;
}
