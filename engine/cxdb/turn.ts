/** Events as turns: which fields a turn has, their numbers, and how they are written (msgpack, numbered). */
import type { RunEvent } from "../core/events.ts";
import { readSeq, type WrittenValue, writeMap } from "./msgpack.ts";
import type { Turn } from "./port.ts";

export const TYPE_ID = "attractor.RunEvent";
export const TYPE_VERSION = 1;

/** A number is never given to another field: turns of earlier versions are read by it. */
const FIELDS = [
  { tag: 1, name: "seq", type: "u64", of: (turn: Turn): WrittenValue => turn.seq },
  { tag: 2, name: "ts", type: "string", of: (turn: Turn): WrittenValue => turn.ts },
  { tag: 3, name: "event", type: "string", of: (turn: Turn): WrittenValue => turn.event },
  { tag: 4, name: "run_id", type: "string", of: (turn: Turn): WrittenValue => turn.runId },
  {
    tag: 5,
    name: "node_id",
    type: "string",
    optional: true,
    of: (turn: Turn): WrittenValue | null => turn.nodeId,
  },
  {
    tag: 6,
    name: "branch_key",
    type: "string",
    optional: true,
    of: (turn: Turn): WrittenValue | null => turn.branchKey,
  },
  { tag: 7, name: "body", type: "string", of: (turn: Turn): WrittenValue => turn.body },
  {
    tag: 8,
    name: "branch_context_id",
    type: "string",
    optional: true,
    of: (turn: Turn): WrittenValue | null => turn.branchContext,
  },
] as const;

export function turnOf(event: RunEvent, branchContext: string | null, mask: (text: string) => string): Turn {
  return {
    seq: event.seq,
    ts: event.ts,
    event: event.event,
    runId: event.run_id,
    nodeId: "node_id" in event ? (event.node_id ?? null) : null,
    branchKey: "branch_key" in event ? (event.branch_key ?? null) : null,
    body: mask(JSON.stringify(event)),
    branchContext,
  };
}

const present = (turn: Turn) =>
  FIELDS.flatMap(({ tag, name, of }) => {
    const value = of(turn);
    return value === null ? [] : [{ tag, name, value }];
  });

export const turnBytes = (turn: Turn): Uint8Array =>
  writeMap(present(turn).map(({ tag, value }) => [tag, value]));

/** The same with names, for the transport that writes them as msgpack itself. */
export const turnFields = (turn: Turn): Record<string, WrittenValue> =>
  Object.fromEntries(present(turn).map(({ name, value }) => [name, value]));

/** Null: no turn of ours. */
export const seqIn = (payload: Uint8Array): number | null => readSeq(payload, FIELDS[0].tag);

/** What the server needs to show turns with names. */
export const BUNDLE_ID = `attractor-${TYPE_VERSION}`;
export const bundle = () => ({
  registry_version: 1,
  bundle_id: BUNDLE_ID,
  types: {
    [TYPE_ID]: {
      versions: {
        [String(TYPE_VERSION)]: {
          fields: Object.fromEntries(
            FIELDS.map((field) => [
              String(field.tag),
              { name: field.name, type: field.type, ...("optional" in field ? { optional: true } : {}) },
            ]),
          ),
        },
      },
    },
  },
  enums: {},
});
