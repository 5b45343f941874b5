/** Verify: saves the script, has the server run it, opens the report. */

import * as vscode from 'vscode';

import { activeScript } from './activeScript';
import { findInterpreter } from './interpreter';
import { showReport } from './reportPanel';
import type { Server } from './server';

/** The server's command. */
export const VERIFY = 'loraLint.verify';

interface Verdict {
  readonly verdict: string;
  readonly summary: string;
  readonly report: string | null;
  /** A data file is missing, and made-up rows may stand in for it. */
  readonly lacksData: boolean;
}

/** Runs the script of the first parameter, a URI; without one the script in the editor. */
export async function verify(server: Server, parameters: readonly unknown[]): Promise<void> {
  const given = parameters[0];
  const uri = typeof given === 'string' ? vscode.Uri.parse(given) : activeScript();
  if (uri === undefined) {
    void vscode.window.showInformationMessage('Open the script to verify first.');
    return;
  }
  if (!vscode.workspace.isTrusted) {
    const manage = 'Manage Trust';
    const answer = await vscode.window.showWarningMessage(
      'Verify runs the script, and this workspace is not trusted.',
      manage,
    );
    if (answer === manage) await vscode.commands.executeCommand('workbench.trust.manage');
    return;
  }
  if (!(await saved(uri))) {
    void vscode.window.showWarningMessage('The script could not be saved, so it was not run.');
    return;
  }
  await run(server, uri, false);
}

async function run(server: Server, uri: vscode.Uri, madeUpRows: boolean): Promise<void> {
  const wishes = { python: await pythonFor(uri), madeUpRows, quiet: true };
  const verdict = await server.command<Verdict>(VERIFY, uri.toString(), wishes);
  if (verdict === undefined || verdict.verdict === 'cancelled') return;
  const open = vscode.workspace.getConfiguration('loraLint', uri).get<boolean>('run.openReport', true);
  const report = verdict.report === null ? undefined : vscode.Uri.parse(verdict.report);
  if (report !== undefined && open) await showReport(report);
  const buttons: Record<string, () => Promise<void>> = {
    ...(verdict.lacksData && { 'Make the Rows Up': () => run(server, uri, true) }),
    ...(report !== undefined && { 'Open the Report': () => showReport(report) }),
  };
  const good = verdict.verdict === 'confirmed';
  const say = good ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
  // Not awaited: the window may stand there for hours.
  void say(verdict.summary, ...Object.keys(buttons)).then((answer) => answer === undefined ? undefined : buttons[answer]?.());
}

async function saved(uri: vscode.Uri): Promise<boolean> {
  const text = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
  if (text?.isDirty === true) return text.save();
  const notebook = vscode.workspace.notebookDocuments.find((each) => each.uri.toString() === uri.toString());
  return notebook?.isDirty === true ? notebook.save() : true;
}

/** The interpreter that a script of the workspace would be run with; empty leaves the choice to the runner. */
async function pythonFor(uri: vscode.Uri): Promise<string> {
  const set = vscode.workspace.getConfiguration('loraLint', uri).get<string>('run.interpreter', '');
  if (set !== '') return set;
  const found = await findInterpreter(vscode.workspace.getWorkspaceFolder(uri)?.uri);
  return Array.isArray(found) ? '' : found.executable;
}
