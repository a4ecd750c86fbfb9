/** What a row of the attribute table says. */
import type { HandlerType } from "../handler-type.ts";

export type AttributeScope = "graph" | "node" | "edge" | "subgraph";

export type ValueType =
  | {
      readonly kind:
        | "text"
        | "list"
        | "boolean"
        | "milliseconds"
        | "condition"
        | "stylesheet"
        | "node"
        | "models";
    }
  | { readonly kind: "integer"; readonly min?: number }
  | { readonly kind: "number"; readonly above?: number; readonly min?: number; readonly max?: number }
  | { readonly kind: "duration"; readonly bareSeconds?: true }
  /** `open`: other values may be right, so an unknown one is a warning. `many`: a comma list of them. */
  | { readonly kind: "enum"; readonly values: readonly string[]; readonly open?: true; readonly many?: true };

type Support =
  /** It does what `effect` says. */
  | { readonly is: "honoured" }
  /** Lint says so: as an error when the graph would run otherwise than it reads, else as a warning. */
  | { readonly is: "refused"; readonly severity: "error" | "warning"; readonly reason: string };

export interface Attribute {
  readonly name: string;
  readonly scope: AttributeScope;
  readonly aliases: readonly string[];
  readonly type: ValueType;
  /** As the reference shows it; "" when there is none. */
  readonly default: string;
  readonly effect: string;
  readonly support: Support;
  /** Node attributes that matter to some handlers only. */
  readonly handlers: readonly HandlerType[] | null;
}

interface Extra {
  readonly aliases?: readonly string[];
  readonly default?: string;
  readonly handlers?: readonly HandlerType[];
}

const HONOURED: Support = { is: "honoured" };

export function row(
  scope: AttributeScope,
  name: string,
  type: ValueType,
  effect: string,
  extra: Extra = {},
): Attribute {
  const { aliases = [], default: byDefault = "", handlers = null } = extra;
  return { name, scope, aliases, type, default: byDefault, effect, support: HONOURED, handlers };
}

export function refused(
  scope: AttributeScope,
  name: string,
  severity: "error" | "warning",
  reason: string,
): Attribute {
  const support: Support = { is: "refused", severity, reason };
  return { name, scope, aliases: [], type: text, default: "", effect: "", support, handlers: null };
}

export const text: ValueType = { kind: "text" };
export const list: ValueType = { kind: "list" };
export const boolean: ValueType = { kind: "boolean" };
export const milliseconds: ValueType = { kind: "milliseconds" };
export const duration: ValueType = { kind: "duration" };
export const nodeId: ValueType = { kind: "node" };
export const count: ValueType = { kind: "integer", min: 0 };

export const FIDELITIES = [
  "full",
  "truncate",
  "compact",
  "summary:low",
  "summary:medium",
  "summary:high",
] as const;
export const RETRY_POLICIES = ["none", "standard", "aggressive", "linear", "patient"] as const;
/** Classes that are only tried again in place where the author asks for it. */
export const RETRY_ON = ["budget_exhausted", "compilation_loop"] as const;
export const retryOn: ValueType = { kind: "enum", values: RETRY_ON, many: true };
export const fidelity: ValueType = { kind: "enum", values: FIDELITIES, open: true };
export const retryPolicy: ValueType = { kind: "enum", values: RETRY_POLICIES };
export const effort: ValueType = { kind: "enum", values: ["low", "medium", "high"], open: true };
