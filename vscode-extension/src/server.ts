/** The running language server, as the rest of the extension sees it. */

import * as vscode from 'vscode';
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  RevealOutputChannelOn,
  State,
} from 'vscode-languageclient/node';

import { NoServer } from './noServer';
import { findServer, type ServerSource } from './serverSource';
import type { ServerStatus } from './status';

const MOST_CRASHES = 3;

const DOCUMENTS: NonNullable<LanguageClientOptions['documentSelector']> = [
  { scheme: 'file', language: 'python' },
  { scheme: 'untitled', language: 'python' },
  { notebook: 'jupyter-notebook', language: 'python' },
  { notebook: 'interactive', language: 'python' },
];

/** Commands of the server that the extension takes up first, by name. */
export type OwnCommands = Readonly<Record<string, (server: Server, parameters: readonly unknown[]) => Promise<void>>>;

export class Server implements vscode.Disposable {
  public readonly log = vscode.window.createOutputChannel('lora-lint', { log: true });
  private client: LanguageClient | undefined;
  private source: ServerSource | undefined;
  private starting: Promise<void> = Promise.resolve();
  private crashes = 0;
  private begun = Date.now();
  private answered = false;
  private readonly changed = new vscode.EventEmitter<void>();
  /** The server started or stopped. */
  public readonly onDidChange = this.changed.event;

  private readonly lenses = new vscode.EventEmitter<{ uri: vscode.Uri; lenses: number }>();
  /** VS Code got the lenses of a text. */
  public readonly onLenses = this.lenses.event;

  public constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly status: ServerStatus,
    private readonly own: OwnCommands,
  ) {}

  public get running(): boolean {
    return this.client?.state === State.Running;
  }

  /** Starts the server, one start after the other. A server that cannot start is told to the user, not thrown. */
  public start(): Promise<void> {
    this.starting = this.starting.then(() => this.startNow());
    return this.starting;
  }

  public async restart(): Promise<void> {
    this.crashes = 0;
    await this.stop();
    await this.start();
  }

  public async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    if (client !== undefined && client.state !== State.Stopped) {
      try {
        await client.stop(3000);
      } catch (error) {
        this.log.warn(`the server did not stop in time: ${String(error)}`);
      }
    }
    await client?.dispose();
    this.changed.fire();
  }

  /** Asks the server; undefined where none runs or it has no answer. */
  public async request<Answer>(method: string, parameters: unknown): Promise<Answer | undefined> {
    if (this.client === undefined || !this.running) return undefined;
    return (await this.client.sendRequest<Answer | null>(method, parameters)) ?? undefined;
  }

  public command<Answer>(name: string, ...parameters: unknown[]): Promise<Answer | undefined> {
    return this.request<Answer>('workspace/executeCommand', { command: name, arguments: parameters });
  }

  /** What runs, for people. */
  public async info(): Promise<string> {
    const inside = await this.request<Record<string, unknown>>('loraLint/info', {});
    const lines = {
      extension: (this.context.extension.packageJSON as { version: string }).version,
      'server from': this.source?.from ?? 'none',
      command: this.source?.command.join(' ') ?? '',
      'interpreter chosen by': this.source?.interpreter?.chosenBy ?? '',
      trusted: String(vscode.workspace.isTrusted),
      ...inside,
    };
    return Object.entries(lines)
      .map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join(', ') || 'none' : String(value as unknown)}`)
      .join('\n');
  }

  public dispose(): void {
    this.log.dispose();
    this.changed.dispose();
    this.lenses.dispose();
  }

  private sinceStart(): string {
    return `${String(Date.now() - this.begun)} ms`;
  }

  private async startNow(): Promise<void> {
    this.begun = Date.now();
    this.answered = false;
    this.status.starting();
    try {
      this.source = await findServer(this.context, this.log);
      this.log.info(`starting ${this.source.command.join(' ')} (${this.source.from})`);
      const client = this.makeClient(this.source);
      this.client = client;
      await client.start();
      const version = client.initializeResult?.serverInfo?.version ?? '';
      this.log.info(`lora-lint ${version} runs after ${this.sinceStart()}`);
      this.status.running(version, this.source);
      this.changed.fire();
    } catch (error) {
      await this.tellWhy(error);
    }
  }

  private makeClient(source: ServerSource): LanguageClient {
    const [command, ...args] = source.command;
    const client: LanguageClient = new LanguageClient(
      'loraLint',
      'lora-lint',
      // Not in the workspace: a file of the user's there must not stand in for one of Python's own modules.
      { command: command ?? '', args, options: { cwd: this.context.extensionPath } },
      {
        documentSelector: DOCUMENTS,
        outputChannel: this.log,
        revealOutputChannelOn: RevealOutputChannelOn.Never,
        initializationOptions: { settings: vscode.workspace.getConfiguration('loraLint') },
        middleware: {
          executeCommand: (name, parameters: unknown[], next): unknown =>
            this.own[name]?.(this, parameters) ?? next(name, parameters),
          provideCodeLenses: async (document, token, next) => {
            const found = await next(document, token);
            this.lenses.fire({ uri: document.uri, lenses: found?.length ?? 0 });
            return found;
          },
          provideDiagnostics: async (document, previous, token, next) => {
            const report = await next(document, previous, token);
            if (!this.answered) this.log.info(`first diagnostics after ${this.sinceStart()}`);
            this.answered = true;
            return report;
          },
        },
        errorHandler: {
          error: () => ({ action: ErrorAction.Continue, handled: true }),
          closed: () => this.onCrash(client),
        },
      },
    );
    return client;
  }

  private onCrash(client: LanguageClient): { action: CloseAction; handled: boolean } {
    if (this.client !== client) return { action: CloseAction.DoNotRestart, handled: true };
    this.crashes += 1;
    if (this.crashes <= MOST_CRASHES) return { action: CloseAction.Restart, handled: true };
    void this.tellWhy(new NoServer('The lora-lint server ended several times and is not started again.', 'none'));
    return { action: CloseAction.DoNotRestart, handled: true };
  }

  private async tellWhy(error: unknown): Promise<void> {
    const message = error instanceof Error ? error.message : String(error);
    this.log.warn(message);
    this.status.failed(message);
    this.changed.fire();
    const remedy = error instanceof NoServer ? error.remedy : 'none';
    const choose = 'Choose an Interpreter';
    const again = 'Try Again';
    const showLog = 'Show Log';
    const buttons = [...(remedy === 'interpreter' ? [choose] : []), again, showLog];
    // Not awaited by the start: the window may stand there for hours.
    void vscode.window.showWarningMessage(message, ...buttons).then(async (answer) => {
      if (answer === choose) await chooseInterpreter();
      else if (answer === again) await this.restart();
      else if (answer === showLog) this.log.show();
    });
    await Promise.resolve();
  }
}

async function chooseInterpreter(): Promise<void> {
  const commands = await vscode.commands.getCommands(true);
  if (commands.includes('python.setInterpreter')) {
    await vscode.commands.executeCommand('python.setInterpreter');
    return;
  }
  // An interpreter is a setting of the machine that the extension runs on: a remote one has a page of its own.
  const page = vscode.env.remoteName === undefined ? 'openSettings' : 'openRemoteSettings';
  await vscode.commands.executeCommand(`workbench.action.${page}`, { query: 'loraLint.interpreter' });
}
