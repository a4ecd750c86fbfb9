/** A look of a job at a run whose workflow decides: what comes next, its work where people see it, and people told. */
import { coordinate, type Looked } from "../../github/coordinator/coordinate.ts";
import { deliverFinal } from "../../github/coordinator/deliver-final.ts";
import type { Published } from "../../github/publish.ts";
import type { Telling } from "./notify.ts";
import { publish } from "./publish.ts";
import type { SettlePorts } from "./settle-ports.ts";

export interface Seen {
  readonly found: Looked;
  /** Where the run's work went, where its end was for this job to tell. */
  readonly published: Published | null;
}

/** `ours`: an end that it finds was written by this workflow run, which tells it. Whoever wrote another one has told it. */
export async function lookAtRun(ports: SettlePorts, runId: string, ours = false): Promise<Seen> {
  const { remote, say } = ports;
  const ledger = remote.ledger(runId);
  const coordinator = await ports.coordinator(ledger);
  let last: Omit<Telling, "published"> | null = null;
  const speak = async (...[state, pipeline, told]: Parameters<typeof coordinator.speak>) => {
    last = { state, pipeline, told };
  };
  const found = await say.step(`Decide what comes next in run ${runId}`, () =>
    coordinate({ ...coordinator, speak }),
  );
  const ended = found.status === "ended";
  if (ended && found.found && !ours) return { found, published: null };
  const published = ended ? await publish(ports, found.state) : null;
  if (last !== null) await ports.tell({ ...(last as Omit<Telling, "published">), published });
  return { found, published };
}

/** What is left then is for the sweep: a job's minutes are not for managers that go round and round. */
const MOST_LOOKS = 64;

/** The runs above and below one that a decision is news for, looked at in turn by the same job (R-GH-16). */
export async function lookAtRelated(ports: SettlePorts, hints: readonly string[]): Promise<void> {
  const { remote, say } = ports;
  const due = [...hints];
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    const runId = due.shift();
    if (runId === undefined) return;
    const { found, published } = await lookAtRun(ports, runId);
    due.push(...found.hints);
    if (published !== null) say.notice(`run ${runId}: ${published.said}`);
    if (found.status !== "ended" || found.found) continue;
    // Its log has the end: what this job is for does not hang on a copy of it.
    const coordinator = await ports.coordinator(remote.ledger(runId));
    await deliverFinal(coordinator, found.state).catch((error: unknown) =>
      say.notice(
        `run ${runId} has ended, and no job was found to leave its final as an artifact: ${String(error)}`,
      ),
    );
  }
}
