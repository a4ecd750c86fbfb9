/** The kinds of atoms that a reason is read as. */

/** Each kind with the most that is kept of it. */
export const KINDS = {
  codes: 8,
  exceptions: 4,
  tests: 8,
  files: 8,
  names: 16,
  /** Last parts of names with their capitals. */
  spelled: 16,
  /** Quotations of several words. */
  phrases: 4,
  /** A concept, a blank, and the thing it is said of. */
  links: 8,
  concepts: 6,
  /** The kinds of things that are named: table, column, type. */
  kinds: 4,
  commands: 3,
  words: 24,
  /** Every piece of every word and name: what a name of another text may be covered by. */
  bag: 64,
} as const;
export type Kind = keyof typeof KINDS;
export type Atoms = Readonly<Record<Kind, readonly string[]>>;
export type Add = (kind: Kind, key: string) => void;
