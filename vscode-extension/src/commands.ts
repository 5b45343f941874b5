/** The commands of the palette. */

import * as fs from 'node:fs';
import * as path from 'node:path';

import * as vscode from 'vscode';

import { activeScript } from './activeScript';
import type { LifePanel } from './lifePanel';
import { RulePages } from './rulePages';
import type { Server } from './server';
import { verify } from './verify';

interface Rule {
  readonly code: string;
  readonly name: string;
  readonly summary: string;
}

const CONFIG = `# How lora-lint looks at this project, on the command line and in the editor.
[tool.lora-lint]
# select = ["LL"]                # rules that are on: codes, beginnings of codes, names
# ignore = []                    # rules that are off
# peft-version = "0.17"          # the release that the scripts run with; else what the project pins
# adapter-layout = "beside"      # fixes save the adapter to out-adapter; "in-place": to out
`;

export function registerCommands(
  context: vscode.ExtensionContext,
  server: Server,
  life: LifePanel,
): vscode.Disposable[] {
  const commands: Record<string, (...parameters: unknown[]) => unknown> = {
    'loraLint.verifyScript': () => verify(server, []),
    'loraLint.showLife': () => {
      life.show();
    },
    'loraLint.fixFile': () => fixFile(server),
    'loraLint.explainRule': (rule) => explainRule(server, rule),
    'loraLint.createConfig': () => createConfig(),
    'loraLint.openSample': () => openSample(context),
    'loraLint.restart': () => server.restart(),
    'loraLint.showLog': () => {
      server.log.show();
    },
    'loraLint.showInfo': () => showInfo(server),
  };
  return Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(name, run));
}

async function fixFile(server: Server): Promise<void> {
  const script = activeScript();
  if (script === undefined) return;
  const fixed = await server.command<boolean>('loraLint.fixAll', script.toString());
  if (fixed === false) void vscode.window.showInformationMessage('Nothing here has a fix that is safe.');
}

async function explainRule(server: Server, given: unknown): Promise<void> {
  if (typeof given === 'string') {
    await RulePages.show(given);
    return;
  }
  const rules = (await server.request<Rule[]>('loraLint/rules', {})) ?? [];
  const picked = await vscode.window.showQuickPick(
    rules.map((rule) => ({ label: rule.name, description: rule.code, detail: rule.summary })),
    { placeHolder: 'Which rule?', matchOnDescription: true, matchOnDetail: true },
  );
  if (picked !== undefined) await RulePages.show(picked.label);
}

/** Adds a table to pyproject.toml where there is one, else makes a lora-lint.toml; opens it. */
async function createConfig(): Promise<void> {
  const active = vscode.window.activeTextEditor?.document.uri;
  const folder =
    (active === undefined ? undefined : vscode.workspace.getWorkspaceFolder(active)) ?? vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) {
    void vscode.window.showInformationMessage('Open a folder first: a config file belongs to a project.');
    return;
  }
  const own = path.join(folder.uri.fsPath, 'lora-lint.toml');
  const project = path.join(folder.uri.fsPath, 'pyproject.toml');
  const target = fs.existsSync(own) || !fs.existsSync(project) ? own : project;
  const there = fs.existsSync(target) ? await fs.promises.readFile(target, 'utf8') : undefined;
  if (there === undefined) {
    await fs.promises.writeFile(target, CONFIG.replace('[tool.lora-lint]\n', ''));
  } else if (target === project && !there.includes('[tool.lora-lint]')) {
    await fs.promises.writeFile(target, `${there.trimEnd()}\n\n${CONFIG}`);
  }
  const document = await vscode.workspace.openTextDocument(target);
  const editor = await vscode.window.showTextDocument(document);
  const at = document.positionAt(Math.max(0, document.getText().indexOf('lora-lint')));
  editor.revealRange(new vscode.Range(at, at), vscode.TextEditorRevealType.InCenter);
}

async function openSample(context: vscode.ExtensionContext): Promise<void> {
  const sample = await fs.promises.readFile(context.asAbsolutePath('media/walkthrough/sample.py'), 'utf8');
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'python', content: sample }));
}

async function showInfo(server: Server): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language: 'yaml', content: await server.info() });
  await vscode.window.showTextDocument(document, { preview: true });
}
