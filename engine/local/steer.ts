/** Words for an agent at work, from another process. */

import { atWork } from "../agents/at-work.ts";
import { sendSteering } from "../agents/steering.ts";
import { type Clock, machineClock } from "../clock.ts";
import { parseEvent } from "../core/events.ts";
import { FixableError } from "../fixable-error.ts";
import { asksModel } from "../graph/asks-model.ts";
import { runFolderOwner } from "../ledger/lock.ts";
import { openRun } from "./open-run.ts";

export interface Steered {
  readonly node: string;
  /** An attempt of it runs and hears it. False: it is kept for the node's next attempt. */
  readonly running: boolean;
}

class SteerRefusedError extends FixableError {
  override readonly name = "SteerRefusedError";
}

export async function steerRun(
  root: string,
  node: string,
  text: string,
  by: string,
  clock: Clock = machineClock,
): Promise<Steered> {
  const { pipeline, log, ledger, snapshot } = await openRun(root, clock);
  await ledger.close();
  const agents = [...pipeline.stages.values()].filter(asksModel).map(({ id }) => id);
  if (!agents.includes(node)) {
    const fix = agents.length === 0 ? "this graph has no agents" : `name one of ${agents.join(", ")}`;
    throw new SteerRefusedError(`${node} is no agent of this run`, fix);
  }
  if (log.state.ended)
    throw new SteerRefusedError(
      `run ${log.state.runId} has ended`,
      "start another, or resume it where it failed",
    );
  await sendSteering(root, node, { text, by }, clock.now());
  const driven = (await runFolderOwner(root)) !== null;
  const chosen = snapshot.events.filter(({ event }) => event === "provider_selected").map(parseEvent);
  const now = atWork(log.state, chosen, node);
  return { node, running: driven && now !== null && now.hears !== false };
}
