/** Which Python: the user's setting, the Python extension's choice, a .venv of the workspace, the one on PATH. */

import * as fs from 'node:fs';
import * as path from 'node:path';

import { PythonExtension } from '@vscode/python-extension';
import * as vscode from 'vscode';

import { type Probe, probe } from './probe';

const PYTHON_EXTENSION = 'ms-python.python';
const OLDEST = [3, 10] as const;

export interface Interpreter extends Probe {
  /** The command that starts it, with arguments. */
  readonly command: readonly string[];
  /** Where the choice comes from, for people. */
  readonly chosenBy: string;
}

/** The first usable Python, or why there is none, a line for each that was looked at. */
export async function findInterpreter(folder: vscode.Uri | undefined): Promise<Interpreter | string[]> {
  const refused: string[] = [];
  for (const [command, chosenBy] of await candidates(folder)) {
    const found = await probe(command);
    if (typeof found === 'string') {
      refused.push(`${command.join(' ')} (${chosenBy}): ${found}`);
    } else if (found.version[0] < OLDEST[0] || (found.version[0] === OLDEST[0] && found.version[1] < OLDEST[1])) {
      refused.push(`${command.join(' ')} (${chosenBy}): Python ${found.version.join('.')} is older than ${OLDEST.join('.')}`);
    } else {
      return { ...found, command, chosenBy };
    }
  }
  return refused;
}

/** Interpreters to try, best first. In an untrusted workspace nothing that the workspace says or holds counts. */
async function candidates(folder: vscode.Uri | undefined): Promise<[string[], string][]> {
  const found: [string[], string][] = [];
  if (vscode.workspace.isTrusted) {
    const setting = vscode.workspace.getConfiguration('loraLint', folder).get<string[]>('interpreter', []);
    if (setting.length > 0) return [[setting.map(withVariables(folder)), 'setting loraLint.interpreter']];
    const chosen = await fromPythonExtension(folder);
    if (chosen !== undefined) found.push([[chosen], 'Python extension']);
    if (folder !== undefined) found.push(...environmentsIn(folder));
  }
  for (const name of process.platform === 'win32' ? ['py', 'python'] : ['python3', 'python']) {
    const onPath = which(name);
    if (onPath !== undefined) found.push([name === 'py' ? [onPath, '-3'] : [onPath], 'PATH']);
  }
  return found;
}

function environmentsIn(folder: vscode.Uri): [string[], string][] {
  const python = process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];
  const found = ['.venv', 'venv'].map((name): [string, string] => [path.join(folder.fsPath, name, ...python), name]);
  return found.filter(([inside]) => fs.existsSync(inside)).map(([inside, name]) => [[inside], `${name} of the workspace`]);
}

/** Calls back when another interpreter is chosen in the Python extension. */
export async function onInterpreterChanged(changed: () => unknown): Promise<vscode.Disposable> {
  const api = await pythonExtension();
  return api?.environments.onDidChangeActiveEnvironmentPath(changed) ?? new vscode.Disposable(() => undefined);
}

async function fromPythonExtension(folder: vscode.Uri | undefined): Promise<string | undefined> {
  const api = await pythonExtension();
  if (api === undefined) return undefined;
  const environment = await api.environments.resolveEnvironment(api.environments.getActiveEnvironmentPath(folder));
  return environment?.executable.uri?.fsPath;
}

async function pythonExtension(): Promise<PythonExtension | undefined> {
  if (vscode.extensions.getExtension(PYTHON_EXTENSION) === undefined) return undefined;
  try {
    return await PythonExtension.api();
  } catch {
    return undefined;
  }
}

/** A command on PATH; in an untrusted workspace only one that lies outside of it. */
function which(name: string): string | undefined {
  const suffixes = process.platform === 'win32' ? ['.exe'] : [''];
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    if (!path.isAbsolute(folder)) continue;
    if (!vscode.workspace.isTrusted && isInWorkspace(folder)) continue;
    for (const suffix of suffixes) {
      const file = path.join(folder, name + suffix);
      try {
        fs.accessSync(file, fs.constants.X_OK);
        if (fs.statSync(file).isFile()) return file;
      } catch {
        // not here
      }
    }
  }
  return undefined;
}

function isInWorkspace(folder: string): boolean {
  const real = fs.existsSync(folder) ? fs.realpathSync(folder) : folder;
  return (vscode.workspace.workspaceFolders ?? []).some((each) => {
    const relative = path.relative(each.uri.fsPath, real);
    return relative === '' || (!relative.startsWith('..') && !path.isAbsolute(relative));
  });
}

/** `${workspaceFolder}`, `${userHome}` and `${env:NAME}` in a setting. */
export function withVariables(folder: vscode.Uri | undefined): (text: string) => string {
  return (text) =>
    text
      .replaceAll('${workspaceFolder}', folder?.fsPath ?? '')
      .replaceAll('${userHome}', process.env['HOME'] ?? process.env['USERPROFILE'] ?? '')
      .replaceAll(/\$\{env:([^}]+)\}/g, (_, name: string) => process.env[name] ?? '');
}
