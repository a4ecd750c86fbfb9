/** How long the lists of fan-outs are: from an input, from who asks, or not known. Pure. */
import type { JsonValue } from "../core/outcome.ts";
import { bareKey } from "../graph/condition.ts";
import type { Pipeline } from "../graph/pipeline.ts";
import type { Width } from "./visits.ts";

export interface ItemLists {
  /** For a walk: lists of as many items as there will be. */
  readonly likely: Readonly<Record<string, readonly JsonValue[]>>;
  readonly widthOf: Width;
}

export function itemLists(
  { stages }: Pipeline,
  inputs: Readonly<Record<string, string>>,
  items: Readonly<Record<string, number>>,
  say: (why: string) => void,
): ItemLists {
  const lengths = new Map<string, number>();
  const likely: Record<string, readonly JsonValue[]> = {};
  for (const { id, fanOut } of stages.values()) {
    const key = fanOut?.itemsKey ?? null;
    if (key === null) continue;
    const list = listIn(inputs[bareKey(key).replace(/^input\./, "")]);
    const count = items[bareKey(key)] ?? items[key] ?? list?.length;
    lengths.set(id, count ?? Number.POSITIVE_INFINITY);
    likely[bareKey(key)] = list ?? Array.from({ length: count ?? 1 }, (_, at) => `item ${at + 1}`);
    if (count === undefined)
      say(
        `how many branches ${id} starts is known when ${bareKey(key)} is set: one is counted; say --items ${bareKey(key)}=N`,
      );
  }
  return { likely, widthOf: (id) => lengths.get(id) ?? 1 };
}

function listIn(value: string | undefined): JsonValue[] | null {
  if (value === undefined) return null;
  try {
    const parsed: unknown = JSON.parse(value);
    return Array.isArray(parsed) ? (parsed as JsonValue[]) : null;
  } catch {
    return null;
  }
}
