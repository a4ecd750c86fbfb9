/** A new run from the beginning of another one (`cutBefore`): with the graph that it began with, on the commit that its log names. */
import type { EventName, RunEvent } from "../../engine/core/events.ts";
import { cutBefore } from "../../engine/core/fork.ts";
import { DEFAULT_BRANCH_PREFIX, runBranch } from "../../engine/git/names.ts";
import { LedgerError, type NewEvent } from "../../engine/ledger/port.ts";
import type { ServedRepository } from "../repository.ts";
import { type FoundRun, loadRun } from "./find.ts";
import { type CommandRequest, type CommandResult, runBegunBy } from "./request.ts";
import { tooMany } from "./start.ts";

/** Hops were the old run's: the new one plans its own. */
const HOPS: ReadonlySet<EventName> = new Set<EventName>([
  "hop_planned",
  "hop_started",
  "hop_settled",
  "hop_lost",
]);

/** The run that a command began, when it is delivered again. */
export async function begunBy(repository: ServedRepository, asked: CommandRequest): Promise<string | null> {
  const runId = runBegunBy(asked);
  return (await loadRun(repository, runId)) === null ? null : runId;
}

export async function fork(
  repository: ServedRepository,
  found: FoundRun,
  asked: CommandRequest,
  at: string,
): Promise<CommandResult> {
  const runId = runBegunBy(asked);
  const cut = cutBefore(found.events, at);
  if (!cut.ok) return { reply: `${cut.why}; ${cut.fix}`, look: null };
  const refused = await tooMany(repository, runId);
  if (refused !== null) return { reply: refused, look: null };
  const kept = cut.kept.filter(({ event }) => !HOPS.has(event));
  const lines = kept.map((event) => renamed(event, runId, found.runId, asked, at));
  try {
    await repository.ledger(runId).create(lines);
  } catch (error) {
    if (!(error instanceof LedgerError && error.code === "exists")) throw error;
  }
  return { reply: null, look: runId };
}

function renamed(event: RunEvent, runId: string, old: string, asked: CommandRequest, at: string): NewEvent {
  const { seq: _seq, run_id: _run, ...rest } = event;
  if (rest.event !== "run_started") return rest;
  // A manager's child that is forked is nobody's child any more.
  const { parent: _parent, github, ...started } = rest;
  return {
    ...started,
    run_branch: runBranch(DEFAULT_BRANCH_PREFIX, runId),
    forked_from: { run_id: old, at },
    ...(github ? { github: { ...github, actor: asked.actor, command_id: asked.commandId } } : {}),
  };
}
