/** A virtual environment in the extension's own storage, with the libraries that the bundled server stands on. */

import { spawn } from 'node:child_process';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';

import * as vscode from 'vscode';

import type { Interpreter } from './interpreter';
import { probe } from './probe';
import { NoServer } from './serverSource';

export class PrivateEnvironment {
  private readonly folder: string;
  private readonly requirements: string;

  public constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly interpreter: Interpreter,
    private readonly log: vscode.LogOutputChannel,
  ) {
    const [major, minor] = interpreter.version;
    this.folder = path.join(context.globalStorageUri.fsPath, `python-${major}.${minor}`);
    this.requirements = path.join(context.extensionPath, 'bundled', 'requirements.txt');
  }

  /** Its interpreter; it is made first where it is not there yet. Throws NoServer where that cannot be. */
  public async ready(): Promise<string> {
    if (await this.isReady()) return this.python;
    await this.askFirst();
    await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: 'lora-lint: installing its parser', cancellable: true },
      (progress, cancelled) => this.make(progress, cancelled),
    );
    return this.python;
  }

  private get python(): string {
    return path.join(this.folder, ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']));
  }

  private get stamp(): string {
    return path.join(this.folder, 'lora-lint-requirements.txt');
  }

  private async isReady(): Promise<boolean> {
    try {
      const [have, want] = await Promise.all([fs.readFile(this.stamp, 'utf8'), fs.readFile(this.requirements, 'utf8')]);
      return have === want && typeof (await probe([this.python])) !== 'string';
    } catch {
      return false;
    }
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

  private async make(
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
    await fs.mkdir(path.dirname(this.folder), { recursive: true });
    progress.report({ message: 'making a virtual environment' });
    await this.run(this.interpreter.executable, ['-m', 'venv', '--clear', this.folder], cancelled);
    progress.report({ message: 'fetching libraries' });
    const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--only-binary', ':all:', '-r', this.requirements];
    await this.run(this.python, pip, cancelled);
    await fs.copyFile(this.requirements, this.stamp);
  }

  private run(program: string, args: readonly string[], cancelled: vscode.CancellationToken): Promise<void> {
    this.log.info([program, ...args].join(' '));
    return new Promise((resolve, reject) => {
      const child = spawn(program, args, { cwd: this.context.globalStorageUri.fsPath, stdio: ['ignore', 'pipe', 'pipe'] });
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
