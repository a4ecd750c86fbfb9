/**
 * Brings a run's log into its context, as far as it is not there yet. What the server holds says where to go on: a job
 * that dies in between leaves nothing to clean up, and nothing is written twice.
 */
import type { RunEvent } from "../core/events.ts";
import { RUN_ENDS } from "../core/run-ends.ts";
import type { CxdbTransport } from "./port.ts";
import { turnOf } from "./turn.ts";

interface Place {
  readonly transport: CxdbTransport;
  readonly mask: (text: string) => string;
}

/** Returns the newest turn. */
export async function writeRecord(
  { transport, mask }: Place,
  contextId: string,
  events: readonly RunEvent[],
): Promise<string> {
  const last = await transport.last(contextId);
  return write({ transport, mask }, { contextId, ...last }, "", events);
}

interface At {
  readonly contextId: string;
  readonly turnId: string;
  /** Events up to this one are written. */
  readonly seq: number;
}

/**
 * The events of one scope in their order. A branch is written whole when it ends, into a context that forks where it
 * began; the turn of its end names that context, and stands behind it.
 */
async function write(place: Place, at: At, scope: string, events: readonly RunEvent[]): Promise<string> {
  const { transport, mask } = place;
  const inside = new Map<string, RunEvent[]>();
  const began = new Map<string, string>();
  let head = at.turnId;
  const branch = async (key: string): Promise<string> => {
    const { contextId, turnId } = await transport.fork(began.get(key) ?? head);
    await write(place, { contextId, turnId, seq: 0 }, key, inside.get(key) ?? []);
    inside.delete(key);
    return contextId;
  };
  for (const event of events) {
    // Many, and each like the one before.
    if (event.event === "stage_heartbeat") continue;
    const child = childOf(scope, event);
    if (child !== null && !(event.event === "branch_completed" && event.branch_key === child)) {
      if (!inside.has(child)) {
        inside.set(child, []);
        // Where it began is known when that was written by now; a fork of an older turn needs its id.
        if (event.seq > at.seq && head !== "0") began.set(child, head);
      }
      inside.get(child)!.push(event);
      continue;
    }
    if (event.seq <= at.seq) {
      if (child !== null) inside.delete(child);
      continue;
    }
    if (RUN_ENDS.has(event.event))
      for (const open of [...inside.keys()]) if (head !== "0") await branch(open);
    const fork = child !== null && inside.has(child) && head !== "0" ? await branch(child) : null;
    head = await transport.append(at.contextId, head, turnOf(event, fork, mask));
  }
  return head;
}

/** The branch of this scope in which it happened, however deep; null: in the scope itself. */
function childOf(scope: string, event: RunEvent): string | null {
  const key = "branch_key" in event ? (event.branch_key ?? "") : "";
  if (key === scope || !key.startsWith(scope === "" ? "" : `${scope}/`)) return null;
  const below = scope === "" ? key : key.slice(scope.length + 1);
  const child = below.split("/").slice(0, 3).join("/");
  return scope === "" ? child : `${scope}/${child}`;
}
