/** The report of a run: the runner's own page, in the colours of the theme. */

import * as fs from 'node:fs/promises';

import * as vscode from 'vscode';

/** The names that the page gives its colours, and the theme's colours that stand for them. */
const COLOURS = {
  paper: 'editor-background',
  ink: 'foreground',
  dim: 'descriptionForeground',
  rule: 'panel-border',
  card: 'textCodeBlock-background',
  good: 'testing-iconPassed',
  bad: 'editorError-foreground',
  open: 'editorWarning-foreground',
  'good-card': 'textCodeBlock-background',
  'bad-card': 'textCodeBlock-background',
  plain: 'descriptionForeground',
  untrained: 'charts-yellow',
  trained: 'charts-green',
  merged: 'charts-purple',
  emptied: 'charts-red',
};

let panel: vscode.WebviewPanel | undefined;

export async function showReport(report: vscode.Uri): Promise<void> {
  let text: string;
  try {
    text = await fs.readFile(report.fsPath, 'utf8');
  } catch {
    void vscode.window.showWarningMessage('The report is gone; verify the script again.');
    return;
  }
  const shown = (panel ??= open());
  shown.webview.html = themed(text);
  shown.reveal(undefined, true);
}

function open(): vscode.WebviewPanel {
  const made = vscode.window.createWebviewPanel(
    'loraLint.report',
    'Report of the run',
    { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
    { enableFindWidget: true, localResourceRoots: [] },
  );
  made.onDidDispose(() => {
    panel = undefined;
  });
  return made;
}

/** The page with the theme's colours, and nothing that it could load or run. */
export function themed(page: string): string {
  const colours = Object.entries(COLOURS).map(([name, theme]) => `--${name}: var(--vscode-${theme});`);
  const policy = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`;
  const style = `<style>html:root { ${colours.join(' ')} } body { font-family: var(--vscode-font-family); padding: 16px }</style>`;
  return page.replace('<head>', `<head>${policy}`).replace('</head>', `${style}</head>`);
}
