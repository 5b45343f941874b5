/** A virtual environment in the extension's own storage, with the libraries that the bundled server stands on. */

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';

import * as vscode from 'vscode';

import type { Interpreter } from './interpreter';
import { NoServer } from './noServer';

export class PrivateEnvironment {
  private readonly storage: string;
  private readonly requirements: string;
  /** The versions that lora-lint was tested with. */
  private readonly constraints: string;

  public constructor(
    context: vscode.ExtensionContext,
    private readonly interpreter: Interpreter,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.storage = context.globalStorageUri.fsPath;
    this.requirements = path.join(context.extensionPath, 'bundled', 'requirements.txt');
    this.constraints = path.join(context.extensionPath, 'bundled', 'constraints.txt');
  }

  /** Its interpreter; it is made first where it is not there yet. Throws NoServer where that cannot be. */
  public async ready(): Promise<string> {
    const folder = await this.folder();
    if (!(await isThere(pythonIn(folder)))) {
      await this.askFirst();
      await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title: 'lora-lint: installing its parser', cancellable: true },
        (progress, cancelled) => this.make(folder, progress, cancelled),
      );
    }
    return pythonIn(folder);
  }

  /** Where it lies: one for each Python and each set of libraries, so that none is changed while a server runs in it. */
  private async folder(): Promise<string> {
    const files = [this.requirements, this.constraints].map((file) => fs.readFile(file, 'utf8'));
    const contents = createHash('sha256').update((await Promise.all(files)).join('\n')).digest('hex').slice(0, 8);
    return path.join(this.storage, `python-${this.interpreter.version.slice(0, 2).join('.')}-${contents}`);
  }

  private async askFirst(): Promise<void> {
    const wish = vscode.workspace.getConfiguration('loraLint').get<string>('privateEnvironment', 'ask');
    if (wish === 'always') return;
    const version = this.interpreter.version.slice(0, 2).join('.');
    const what = `lora-lint needs its parser (LibCST) for Python ${version}, which neither the environment nor the extension has.`;
    if (wish === 'never') {
      throw new NoServer(`${what} Install it in the environment: pip install "lora-lint[lsp]"`, 'interpreter');
    }
    const answer = await vscode.window.showInformationMessage(
      `${what} Install it into a private environment of the extension (about 15 MB from the Python package index)?`,
      'Install',
      'Not Now',
    );
    if (answer !== 'Install') throw new NoServer(`${what} It was not installed.`, 'install');
  }

  /** Makes it beside its place and moves it there when it is whole: another window may do the same at the same time. */
  private async make(
    folder: string,
    progress: vscode.Progress<{ message: string }>,
    cancelled: vscode.CancellationToken,
  ): Promise<void> {
    if (!this.interpreter.canMakeEnvironments) {
      const remedy = process.platform === 'linux' ? ' (on Debian and Ubuntu: apt install python3-venv)' : '';
      throw new NoServer(
        `${this.interpreter.executable} cannot make virtual environments: its venv module is missing${remedy}.`,
        'interpreter',
      );
    }
    const beside = `${folder}.${String(process.pid)}`;
    await fs.mkdir(this.storage, { recursive: true });
    try {
      progress.report({ message: 'making a virtual environment' });
      await this.run(this.interpreter.executable, ['-m', 'venv', '--clear', beside], cancelled);
      progress.report({ message: 'fetching libraries' });
      const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--only-binary', ':all:'];
      await this.run(pythonIn(beside), [...pip, '-r', this.requirements, '-c', this.constraints], cancelled);
      await fs.rm(folder, { recursive: true, force: true });
      await fs.rename(beside, folder);
    } finally {
      await fs.rm(beside, { recursive: true, force: true });
    }
  }

  private run(program: string, args: readonly string[], cancelled: vscode.CancellationToken): Promise<void> {
    this.log.info([program, ...args].join(' '));
    return new Promise((resolve, reject) => {
      const child = spawn(program, args, { cwd: this.storage, stdio: ['ignore', 'pipe', 'pipe'] });
      let last = '';
      const hear = (chunk: Buffer): void => {
        for (const line of chunk.toString().split('\n')) {
          if (line.trim() === '') continue;
          this.log.info(line);
          if (line.includes('ERROR') || last === '') last = line.trim();
        }
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      const stop = cancelled.onCancellationRequested(() => child.kill());
      child.on('error', (error) => {
        reject(new NoServer(`${program} cannot be started: ${error.message}`, 'interpreter'));
      });
      child.on('close', (code) => {
        stop.dispose();
        if (code === 0) resolve();
        else if (cancelled.isCancellationRequested) reject(new NoServer('The installation was cancelled.', 'install'));
        else reject(new NoServer(`The installation failed: ${last}. The log has all of it.`, 'install'));
      });
    });
  }
}

/** Is a file there? A link to a Python that was removed is not. */
async function isThere(file: string): Promise<boolean> {
  try {
    await fs.access(file);
    return true;
  } catch {
    return false;
  }
}

function pythonIn(folder: string): string {
  return path.join(folder, ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']));
}
