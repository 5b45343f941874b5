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

/** A place in a document; `cell` from 1 in notebooks. */
export interface Place {
  readonly uri: string;
  readonly range: Range;
  readonly cell: number | null;
}

export interface Finding extends Place {
  readonly code: string;
  readonly name: string;
  readonly severity: string;
  readonly message: string;
  readonly notes: readonly string[];
}

export interface Step extends Place {
  readonly kind: string;
  readonly word: string;
  /** The line of the script. */
  readonly code: string;
  /** States by path, each in parts that a dot separates: what the model is, then its adapters. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly phase: string;
  readonly condition: string;
  readonly saves: readonly Writes[];
  readonly findings: readonly Finding[];
}

export interface Life {
  readonly uri: string;
  readonly models: readonly { readonly number: number; readonly steps: readonly Step[] }[];
  /** Findings of lines that are no step. */
  readonly findings: readonly Finding[];
  readonly trouble: string | null;
}

export type ToPage =
  | { readonly kind: 'life'; readonly name: string; readonly life: Life | null; readonly running: boolean }
  | { readonly kind: 'cursor'; readonly uri: string; readonly line: number };

export type ToExtension =
  | { readonly kind: 'ready' }
  | { readonly kind: 'verify' }
  | { readonly kind: 'jump'; readonly uri: string; readonly range: Range };
