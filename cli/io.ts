/** Where a command writes; tests hand in their own. */
export interface Io {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** What the command line has besides. */
export interface Terminal extends Io {
  /** All of standard input, as text. */
  readonly stdin: () => Promise<string>;
  /** Whether a person reads `out` on a screen that shows colours. */
  readonly color: boolean;
  /** Of the screen that `out` writes to; absent when that is none. */
  readonly size?: () => Size;
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}
