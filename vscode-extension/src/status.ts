/** The entry behind `{}` in the status bar: does the server run, which version, from where. */

import * as vscode from 'vscode';

import type { ServerSource } from './serverSource';

export class ServerStatus implements vscode.Disposable {
  private readonly item = vscode.languages.createLanguageStatusItem('loraLint.status', [
    { language: 'python' },
    { notebookType: 'jupyter-notebook' },
  ]);

  public constructor() {
    this.item.name = 'lora-lint';
  }

  public starting(): void {
    this.item.busy = true;
    this.item.severity = vscode.LanguageStatusSeverity.Information;
    this.item.text = 'lora-lint';
    this.item.detail = 'starting';
  }

  public running(version: string, source: ServerSource): void {
    this.item.busy = false;
    this.item.severity = vscode.LanguageStatusSeverity.Information;
    this.item.text = `lora-lint ${version}`;
    this.item.detail = source.from;
    this.item.command = { title: 'Show What Runs', command: 'loraLint.showInfo' };
  }

  public failed(message: string): void {
    this.item.busy = false;
    this.item.severity = vscode.LanguageStatusSeverity.Error;
    this.item.text = 'lora-lint does not run';
    this.item.detail = message;
    this.item.command = { title: 'Show Log', command: 'loraLint.showLog' };
  }

  public dispose(): void {
    this.item.dispose();
  }
}
