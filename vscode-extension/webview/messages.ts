/** What the extension and the page of the model's life say to each other, and what the server says of a life. */

export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

export interface Writes {
  readonly directories: Readonly<Record<string, readonly string[]>>;
  readonly condition: string;
  readonly hub: boolean;
  readonly adapter: boolean;
}

export interface Finding {
  readonly code: string;
  readonly name: string;
  readonly severity: string;
  readonly message: string;
}

export interface Step {
  readonly kind: string;
  readonly word: string;
  readonly uri: string;
  readonly range: Range;
  readonly cell: number | null;
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly condition: string;
  readonly saves: readonly Writes[];
  readonly findings: readonly Finding[];
}

export interface Life {
  readonly uri: string;
  readonly models: readonly { readonly number: number; readonly steps: readonly Step[] }[];
  readonly trouble: string | null;
}

export type ToPage =
  | { readonly kind: 'life'; readonly name: string; readonly life: Life | null; readonly running: boolean }
  | { readonly kind: 'cursor'; readonly uri: string; readonly line: number };

export type ToExtension =
  | { readonly kind: 'ready' }
  | { readonly kind: 'verify' }
  | { readonly kind: 'jump'; readonly uri: string; readonly range: Range };
