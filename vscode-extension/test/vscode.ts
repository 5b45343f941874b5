/** What the code under test uses of VS Code's API, in the hands of the tests. */

export const world = {
  trusted: true,
  settings: {} as Record<string, unknown>,
  folders: [] as { uri: Uri }[],
  /** What the next question is answered with. */
  answer: undefined as string | undefined,
  /** What was shown to the user. */
  said: [] as string[],
};

export function reset(): void {
  Object.assign(world, { trusted: true, settings: {}, folders: [], answer: undefined, said: [] });
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
}

export class Disposable {
  public constructor(public readonly dispose: () => unknown) {}
}

export const ProgressLocation = { Notification: 15 };

export const workspace = {
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

export const window = {
  showInformationMessage: (message: string): Promise<string | undefined> => {
    world.said.push(message);
    return Promise.resolve(world.answer);
  },
  withProgress: (_options: unknown, work: (progress: unknown, cancelled: unknown) => Promise<unknown>): Promise<unknown> =>
    work({ report: () => undefined }, { isCancellationRequested: false, onCancellationRequested: () => new Disposable(() => undefined) }),
};
