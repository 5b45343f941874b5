/** What the code under test uses of VS Code's API, in the hands of the tests. */

export const world = {
  trusted: true,
  settings: {} as Record<string, unknown>,
  folders: [] as { uri: Uri }[],
  /** What the next question is answered with. */
  answer: undefined as string | undefined,
  /** What was shown to the user. */
  said: [] as string[],
  /** The text in the editor. */
  open: undefined as { uri: Uri; languageId: string } | undefined,
  /** Where the findings of a text come from, by its URI. */
  findings: {} as Record<string, string[]>,
  /** What menus depend on. */
  context: {} as Record<string, unknown>,
};

export function reset(): void {
  Object.assign(world, { trusted: true, settings: {}, folders: [], answer: undefined, said: [], open: undefined, findings: {}, context: {} });
}

export class Uri {
  private constructor(
    public readonly scheme: string,
    public readonly path: string,
  ) {}

  public get fsPath(): string {
    return this.path;
  }

  public static file(path: string): Uri {
    return new Uri('file', path);
  }

  public toString(): string {
    return `${this.scheme}://${this.path}`;
  }
}

export class EventEmitter<What> {
  private readonly listeners: ((what: What) => unknown)[] = [];
  public readonly event = (listener: (what: What) => unknown): Disposable => {
    this.listeners.push(listener);
    return new Disposable(() => undefined);
  };

  public fire(what: What): void {
    for (const listener of this.listeners) listener(what);
  }
}

/** What happens in the editor: a test fires it. */
export const happened = {
  changed: new EventEmitter<{ document: { uri: Uri } }>(),
  saved: new EventEmitter<{ languageId: string }>(),
  found: new EventEmitter<{ uris: Uri[] }>(),
  switched: new EventEmitter<undefined>(),
};

export class Disposable {
  public constructor(public readonly dispose: () => unknown) {}
}

export const ProgressLocation = { Notification: 15 };

export const workspace = {
  notebookDocuments: [],
  onDidChangeTextDocument: happened.changed.event,
  onDidSaveTextDocument: happened.saved.event,
  get isTrusted(): boolean {
    return world.trusted;
  },
  get workspaceFolders(): { uri: Uri }[] {
    return world.folders;
  },
  getConfiguration(section: string): { get: (name: string, otherwise: unknown) => unknown } {
    return { get: (name, otherwise) => world.settings[`${section}.${name}`] ?? otherwise };
  },
};

export const extensions = { getExtension: (): undefined => undefined };

export const commands = {
  executeCommand: (_command: string, name: string, value: unknown): Promise<void> => {
    world.context[name] = value;
    return Promise.resolve();
  },
};

export const languages = {
  onDidChangeDiagnostics: happened.found.event,
  getDiagnostics: (uri: Uri): { source: string }[] => (world.findings[uri.toString()] ?? []).map((source) => ({ source })),
};

export const window = {
  get activeTextEditor(): { document: typeof world.open } | undefined {
    return world.open && { document: world.open };
  },
  onDidChangeActiveTextEditor: happened.switched.event,
  onDidChangeActiveNotebookEditor: new EventEmitter().event,
  onDidChangeTextEditorSelection: new EventEmitter().event,
  showInformationMessage: (message: string): Promise<string | undefined> => {
    world.said.push(message);
    return Promise.resolve(world.answer);
  },
  withProgress: (_options: unknown, work: (progress: unknown, cancelled: unknown) => Promise<unknown>): Promise<unknown> =>
    work({ report: () => undefined }, { isCancellationRequested: false, onCancellationRequested: () => new Disposable(() => undefined) }),
};
