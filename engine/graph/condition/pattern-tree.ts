/** A pattern as it was read. */
import type { CharSet } from "./characters-of.ts";

export type Tree =
  | { readonly is: "set"; readonly set: CharSet }
  | { readonly is: "begin" | "end" }
  | { readonly is: "sequence" | "choice"; readonly of: readonly Tree[] }
  | { readonly is: "repeat"; readonly of: Tree; readonly min: number; readonly max: number };
