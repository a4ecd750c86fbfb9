/** A patch as data: files added, deleted and changed, in the order in which they stand. */
export interface HunkLine {
  readonly kind: " " | "-" | "+";
  readonly text: string;
}

export interface Hunk {
  /** Lines that stand before the place, outermost first (`@@ class Foo`). */
  readonly hints: string[];
  readonly lines: HunkLine[];
  atEnd: boolean;
  /** Where a unified diff says that it begins, from 1. */
  readonly near: number | null;
}

export type PatchOp =
  | { readonly kind: "add"; readonly path: string; readonly lines: string[] }
  | { readonly kind: "delete"; readonly path: string }
  | { readonly kind: "update"; readonly path: string; moveTo: string | null; readonly hunks: Hunk[] };

export interface Patch {
  readonly ops: readonly PatchOp[];
  /** What was not in the format and could be read all the same. Then every place must match exactly. */
  readonly adapted: readonly string[];
}

/** The patch cannot be read or does not fit; the message is for the model. */
export class PatchError extends Error {}

export const PATCH_EXAMPLE = `*** Begin Patch
*** Update File: src/greet.ts
@@ export function greet
   const name = who.trim();
-  return "Hello " + name;
+  return \`Hello, \${name}!\`;
 }
*** Add File: src/new.ts
+export const answer = 42;
*** Delete File: src/old.ts
*** End Patch`;
