/** A condition as it was read. */
import type { Operator } from "./operators.ts";

export interface Clause {
  readonly key: string;
  /** `is` is the bare key: true when the value is neither empty nor false, 0 or no. */
  readonly op: Operator | "is";
  /** What to compare with; a status in its canonical spelling when the key is `outcome`; "" for `is` and `in`. */
  readonly value: string;
  /** Of `in`. */
  readonly values?: readonly string[];
  /** Where the clause and its literal begin in the condition's text. */
  readonly offset: number;
  readonly valueOffset: number;
}

export type Expression =
  | { readonly op: "and" | "or"; readonly of: readonly Expression[] }
  | { readonly op: "not"; readonly inner: Expression }
  | Clause;
