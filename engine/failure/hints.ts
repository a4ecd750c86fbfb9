/** What stages write into `failure_class`, in the spellings that existing graphs and agents use. */
import { FAILURE_CLASSES, type FailureClass } from "./classes.ts";

const ALIASES: ReadonlyMap<string, FailureClass> = new Map<string, FailureClass>([
  ...FAILURE_CLASSES.map((name): [string, FailureClass] => [name, name]),
  ...alias("transient_infra", [
    "transient",
    "infra_transient",
    "infrastructure_transient",
    "transient_infrastructure",
    "infrastructure",
    "infra",
    "retryable",
    "toolchain_workspace_io",
    "toolchain_or_dependency_registry_unavailable",
  ]),
  ...alias("canceled", ["cancelled"]),
  ...alias("deterministic", ["non_transient", "permanent", "logic", "product"]),
  ...alias("budget_exhausted", ["budget", "budget_exceeded", "turn_limit", "token_limit"]),
  ...alias("compilation_loop", ["compile_loop"]),
  ...alias("structural", ["structure", "scope_violation", "write_scope_violation"]),
]);

function alias(name: FailureClass, spellings: readonly string[]): [string, FailureClass][] {
  return spellings.map((spelling) => [spelling, name]);
}

/** null: not a class in any spelling known here. */
export function classOfHint(hint: string): FailureClass | null {
  const key = hint
    .slice(0, 80)
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, "_");
  return ALIASES.get(key) ?? null;
}
