/** What older status files say in places of their own. */
import type { Outcome } from "../../core/outcome.ts";
import { cutEnd, oneLine } from "../text.ts";

interface Payload {
  readonly [field: string]: unknown;
  readonly notes?: string | undefined;
  readonly context_updates?: Outcome["context_updates"] | undefined;
  readonly failure_class?: string | undefined;
  readonly failure_signature?: string | undefined;
}

/** The reason of a failure that has no `failure_reason`: its `details`, else its notes. */
export function legacyReason(payload: Payload): string | undefined {
  return summary(payload.details) ?? payload.notes;
}

/** Class and signature stood in `meta` or among the context updates, where they would shadow the engine's own keys. */
export function classHints(payload: Payload) {
  const {
    failure_class: classUpdate,
    failure_signature: signatureUpdate,
    ...rest
  } = payload.context_updates ?? {};
  return {
    updates: payload.context_updates === undefined ? undefined : rest,
    failureClass: firstText(payload.failure_class, field(payload.meta, "failure_class"), classUpdate),
    failureSignature: firstText(
      payload.failure_signature,
      field(payload.meta, "failure_signature"),
      signatureUpdate,
    ),
  };
}

const DETAIL_KEYS = ["failure_reason", "reason", "message", "error", "details"];

function summary(details: unknown): string | undefined {
  if (typeof details === "string") return details.trim() === "" ? undefined : details;
  if (details === null || typeof details !== "object") return undefined;
  if (Array.isArray(details)) {
    const parts = details.map((item) => summary(item) ?? "").filter((part) => part !== "");
    return parts.length > 0 ? parts.join("; ") : undefined;
  }
  for (const key of DETAIL_KEYS) {
    const said = summary(field(details, key));
    if (said !== undefined) return said;
  }
  return cutEnd(oneLine(JSON.stringify(details)), 2000);
}

const field = (value: unknown, name: string): unknown =>
  value !== null && typeof value === "object" && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;

const firstText = (...values: readonly unknown[]): string | undefined =>
  values.find((value): value is string => typeof value === "string" && value.trim() !== "");
