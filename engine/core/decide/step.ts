import type { EventBody } from "../events.ts";
import type { Scope, ScopeResult } from "../state.ts";

/** One decision about one scope: a line to record, its end, or nothing to decide now. */
export type Step = { readonly event: EventBody } | { readonly over: ScopeResult } | null;

export const at = (scope: Scope): { branch_key?: string } =>
  scope.key === "" ? {} : { branch_key: scope.key };
