/** Whether the file in the editor has models, for the button above it: read from what VS Code asks the server anyway. */

import * as vscode from 'vscode';

import type { Server } from './server';

export class HasModels implements vscode.Disposable {
  private readonly withLenses = new Set<string>();
  private readonly listeners: vscode.Disposable[];

  public constructor(server: Server) {
    const tell = (): void => void this.tell();
    this.listeners = [
      server.onLenses(({ uri, lenses }) => {
        if (lenses > 0) this.withLenses.add(uri.toString());
        else this.withLenses.delete(uri.toString());
        tell();
      }),
      vscode.window.onDidChangeActiveTextEditor(tell),
      vscode.languages.onDidChangeDiagnostics(tell),
    ];
  }

  public dispose(): void {
    for (const listener of this.listeners) listener.dispose();
  }

  /** A lens stands at every save; where models are never saved, or lenses are off, a finding may tell. */
  private async tell(): Promise<void> {
    const uri = vscode.window.activeTextEditor?.document.uri;
    const found = uri === undefined ? [] : vscode.languages.getDiagnostics(uri);
    const has = uri !== undefined && (this.withLenses.has(uri.toString()) || found.some((each) => each.source === 'lora-lint'));
    await vscode.commands.executeCommand('setContext', 'loraLint.hasModels', has);
  }
}
