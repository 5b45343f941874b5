/** What happens when the extension is switched on and off. */

import * as vscode from 'vscode';

import { registerCommands } from './commands';
import { HasModels } from './hasModels';
import { onInterpreterChanged } from './interpreter';
import { LifePanel } from './lifePanel';
import { RulePages } from './rulePages';
import { Server } from './server';
import { ServerStatus } from './status';
import { VERIFY, verify } from './verify';

/** Settings that decide which server runs: a change starts it anew. */
const STARTING = ['loraLint.path', 'loraLint.interpreter', 'loraLint.importStrategy', 'loraLint.privateEnvironment'];

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const status = new ServerStatus();
  const running = new Server(context, status, { [VERIFY]: verify });
  server = running;
  const life = new LifePanel(context.extensionUri, running);
  context.subscriptions.push(
    status,
    running,
    life,
    new HasModels(running),
    RulePages.register(running),
    ...registerCommands(context, running, life),
    vscode.workspace.onDidGrantWorkspaceTrust(() => running.restart()),
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (STARTING.some((name) => event.affectsConfiguration(name))) await running.restart();
    }),
    await onInterpreterChanged(() => running.restart()),
  );
  // Not awaited: a server that is installed first, or asks a question, is no reason to call the activation slow.
  void running.start();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
