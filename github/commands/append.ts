/** A person's wish into the log: on the tip where it was judged; if somebody else was faster, it is judged anew. */
import { type EventBody, parseEvent } from "../../engine/core/events.ts";
import { foldAll } from "../../engine/core/fold.ts";
import type { ServedRepository } from "../repository.ts";
import type { Mask } from "./done.ts";
import type { FoundRun } from "./find.ts";
import type { CommandRequest, CommandResult } from "./request.ts";

const TRIES = 5;

/** `judge` gives the event to append, or the line that refuses it; `done` says what follows from it. */
export async function appendCommand(
  repository: ServedRepository,
  found: FoundRun,
  asked: CommandRequest,
  judge: (run: FoundRun) => EventBody | string,
  done: (run: FoundRun, mask: Mask, event: EventBody) => string,
): Promise<CommandResult> {
  const ledger = repository.ledger(found.runId);
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const { tip, events: lines } = await ledger.read();
    const events = lines.map(parseEvent);
    if (events.some((line) => "command_id" in line && line.command_id === asked.commandId))
      return { reply: null, look: found.runId };
    const now = { ...found, events, state: foldAll(found.pipeline, events) };
    const event = judge(now);
    if (typeof event === "string") return { reply: event, look: found.runId };
    const stored = await ledger.append(tip, [
      { ts: new Date(repository.clock.now()).toISOString(), ...event },
    ]);
    if (stored.ok) return { reply: null, done: done(now, repository.redact, event), look: found.runId };
  }
  return { reply: "the run is changing too fast right now; say it again in a moment", look: found.runId };
}
