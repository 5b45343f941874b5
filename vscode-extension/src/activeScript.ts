/** The script in the editor: a Python file or a notebook. */

import * as vscode from 'vscode';

export function activeScript(): vscode.Uri | undefined {
  const notebook = vscode.window.activeNotebookEditor?.notebook.uri;
  const text = vscode.window.activeTextEditor?.document;
  return notebook ?? (text?.languageId === 'python' ? text.uri : undefined);
}

/** Is that the text of a script, or of a cell of it? */
export function belongsTo(script: vscode.Uri | undefined, text: vscode.Uri): boolean {
  if (script?.toString() === text.toString()) return true;
  const notebook = vscode.workspace.notebookDocuments.find((each) => each.uri.toString() === script?.toString());
  return notebook?.getCells().some((cell) => cell.document.uri.toString() === text.toString()) ?? false;
}
