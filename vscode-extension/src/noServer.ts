/** Why there is no server, for people, and what they can do about it. */
export class NoServer extends Error {
  public constructor(
    message: string,
    public readonly remedy: 'interpreter' | 'install' | 'none',
  ) {
    super(message);
  }
}
