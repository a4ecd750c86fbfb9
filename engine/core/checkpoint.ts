/** State as JSON and back: what a checkpoint holds so that a reader need not start from the first line (R-CKPT-2). */
import type { JsonValue } from "./outcome.ts";
import type { RunState } from "./state.ts";

const MAP = "$map";
const SET = "$set";

/** Maps and sets become tagged lists; everything else is plain already. */
export function stateToJson(state: RunState): JsonValue {
  return pack(state as unknown);
}

export function stateFromJson(json: JsonValue): RunState {
  return unpack(json) as RunState;
}

function pack(value: unknown): JsonValue {
  if (value instanceof Map) return { [MAP]: [...value].map(([k, v]) => [k as string, pack(v)]) };
  if (value instanceof Set) return { [SET]: [...value] as string[] };
  if (Array.isArray(value)) return value.map(pack);
  if (value !== null && typeof value === "object") {
    const entries = Object.entries(value).filter(([, v]) => v !== undefined);
    // An author's own object may look like our tag: it is kept apart by wrapping its entries.
    const tagged =
      entries.length === 1 &&
      (entries[0]?.[0] === MAP || entries[0]?.[0] === SET || entries[0]?.[0] === "$obj");
    const packed = Object.fromEntries(entries.map(([k, v]) => [k, pack(v)]));
    return tagged ? { $obj: entries.map(([k, v]) => [k, pack(v)]) } : packed;
  }
  return value as JsonValue;
}

function unpack(json: JsonValue): unknown {
  if (Array.isArray(json)) return json.map(unpack);
  if (json === null || typeof json !== "object") return json;
  const entries = Object.entries(json);
  const [only] = entries;
  if (entries.length === 1 && only) {
    const [tag, list] = only as [string, [string, JsonValue][]];
    if (tag === MAP) return new Map(list.map(([k, v]) => [k, unpack(v)]));
    if (tag === SET) return new Set(list as unknown as string[]);
    if (tag === "$obj") return Object.fromEntries(list.map(([k, v]) => [k, unpack(v)]));
  }
  return Object.fromEntries(entries.map(([k, v]) => [k, unpack(v)]));
}
