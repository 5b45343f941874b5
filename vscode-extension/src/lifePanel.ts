/** The panel with the model's life: asks the server, hands the answer to the page, jumps to lines. */

import { randomBytes } from 'node:crypto';

import * as vscode from 'vscode';

import type { Life, ToExtension, ToPage } from '../webview/messages';
import { activeScript, belongsTo } from './activeScript';
import type { Server } from './server';

const QUIET = 150; // milliseconds without a keystroke before the picture is drawn anew

export class LifePanel implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private script: vscode.Uri | undefined;
  private timer: NodeJS.Timeout | undefined;
  private asked = 0;
  private readonly listeners: vscode.Disposable[];

  public constructor(
    private readonly extension: vscode.Uri,
    private readonly server: Server,
  ) {
    this.listeners = [
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        this.follow();
        // A jump from the picture moves the cursor before the editor is the active one.
        if (editor !== undefined) this.tellCursor(editor);
      }),
      vscode.window.onDidChangeActiveNotebookEditor(() => {
        this.follow();
      }),
      vscode.window.onDidChangeTextEditorSelection((event) => {
        if (event.textEditor === vscode.window.activeTextEditor) this.tellCursor(event.textEditor);
      }),
      vscode.workspace.onDidChangeTextDocument((event) => {
        if (belongsTo(this.script, event.document.uri)) this.soon();
      }),
      // a module that the script imports counts once it is saved
      vscode.workspace.onDidSaveTextDocument((document) => {
        if (document.languageId === 'python') this.soon();
      }),
      vscode.languages.onDidChangeDiagnostics((event) => {
        if (event.uris.some((uri) => belongsTo(this.script, uri))) this.soon();
      }),
      server.onDidChange(() => {
        this.soon();
      }),
    ];
    this.follow();
  }

  public show(): void {
    this.follow();
    if (this.panel === undefined) this.panel = this.open();
    else this.panel.reveal(undefined, true);
    this.soon();
  }

  public dispose(): void {
    clearTimeout(this.timer);
    this.panel?.dispose();
    for (const listener of this.listeners) listener.dispose();
  }

  private open(): vscode.WebviewPanel {
    const dist = vscode.Uri.joinPath(this.extension, 'dist');
    const panel = vscode.window.createWebviewPanel(
      'loraLint.life',
      "The model's life",
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      { enableScripts: true, localResourceRoots: [dist], enableFindWidget: true },
    );
    panel.webview.html = page(panel.webview, dist);
    panel.webview.onDidReceiveMessage((message: ToExtension) => void this.onMessage(message));
    panel.onDidDispose(() => {
      this.panel = undefined;
    });
    return panel;
  }

  /** The picture is of the script that was last in an editor. */
  private follow(): void {
    const script = activeScript();
    if (script !== undefined && script.toString() !== this.script?.toString()) {
      this.script = script;
      this.soon();
    }
  }

  /** Nothing is asked for a picture that nobody sees. */
  private soon(): void {
    clearTimeout(this.timer);
    if (this.panel === undefined) return;
    this.timer = setTimeout(() => void this.draw(), QUIET);
  }

  private async draw(): Promise<void> {
    const asked = ++this.asked;
    const life = this.script && (await this.server.request<Life>('loraLint/life', { uri: this.script.toString() }));
    if (asked !== this.asked) return;
    const name = this.script === undefined ? '' : vscode.workspace.asRelativePath(this.script);
    await this.send({ kind: 'life', name, life: life ?? null, running: this.server.running });
    if (vscode.window.activeTextEditor !== undefined) this.tellCursor(vscode.window.activeTextEditor);
  }

  private tellCursor(editor: vscode.TextEditor): void {
    void this.send({ kind: 'cursor', uri: editor.document.uri.toString(), line: editor.selection.active.line });
  }

  private async send(message: ToPage): Promise<void> {
    await this.panel?.webview.postMessage(message);
  }

  private async onMessage(message: ToExtension): Promise<void> {
    if (message.kind === 'ready') {
      this.soon();
      return;
    }
    if (message.kind === 'verify') {
      await vscode.commands.executeCommand('loraLint.verify', this.script?.toString());
      return;
    }
    const { start, end } = message.range;
    const where = new vscode.Range(start.line, start.character, end.line, end.character);
    const uri = vscode.Uri.parse(message.uri);
    if (uri.scheme === 'vscode-notebook-cell') {
      await revealCell(uri);
      return;
    }
    const column = vscode.window.visibleTextEditors.find((each) => each.document.uri.toString() === uri.toString())?.viewColumn;
    await vscode.window.showTextDocument(uri, { selection: where, viewColumn: column ?? vscode.ViewColumn.One });
  }
}

async function revealCell(cell: vscode.Uri): Promise<void> {
  const notebook = vscode.workspace.notebookDocuments.find((each) =>
    each.getCells().some((one) => one.document.uri.toString() === cell.toString()),
  );
  const index = notebook?.getCells().find((one) => one.document.uri.toString() === cell.toString())?.index;
  if (notebook === undefined || index === undefined) return;
  const range = new vscode.NotebookRange(index, index + 1);
  const editor = await vscode.window.showNotebookDocument(notebook, { selections: [range] });
  editor.revealRange(range, vscode.NotebookEditorRevealType.InCenterIfOutsideViewport);
}

function page(webview: vscode.Webview, dist: vscode.Uri): string {
  const nonce = randomBytes(16).toString('base64');
  const file = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(dist, name)).toString();
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy"
    content="default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <link rel="stylesheet" href="${file('life.css')}">
  <title>The model's life</title>
</head>
<body>
  <main id="life"></main>
  <script nonce="${nonce}" src="${file('life.js')}"></script>
</body>
</html>`;
}
