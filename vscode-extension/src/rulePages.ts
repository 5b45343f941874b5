/** A rule's page as a read-only Markdown document, shown in the preview. */

import * as vscode from 'vscode';

import type { Server } from './server';

const SCHEME = 'lora-lint-rule';

export class RulePages implements vscode.TextDocumentContentProvider {
  private constructor(private readonly server: Server) {}

  public static register(server: Server): vscode.Disposable {
    return vscode.workspace.registerTextDocumentContentProvider(SCHEME, new RulePages(server));
  }

  public async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const rule = uri.path.replace(/\.md$/, '');
    const page = await this.server.command<string>('loraLint.explain', rule);
    return page ?? `There is no rule \`${rule}\`, or the server does not run.`;
  }

  public static async show(rule: string): Promise<void> {
    await vscode.commands.executeCommand('markdown.showPreview', vscode.Uri.from({ scheme: SCHEME, path: `${rule}.md` }));
  }
}
