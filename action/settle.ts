/** The end of a hop: every planned branch's result into the trunk's ledger, whatever became of its job. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { coordinate } from "../app/coordinator/coordinate.ts";
import type { CoordinatorPorts } from "../app/coordinator/ports.ts";
import { plannedLegs } from "../engine/core/legs.ts";
import { machineClock } from "../engine/drive/clock.ts";
import { openLog } from "../engine/drive/log.ts";
import { writeJsonAtomic } from "../engine/ledger/atomic.ts";
import { checkpointOf } from "../engine/ledger/projections/checkpoint.ts";
import { finalOf } from "../engine/ledger/projections/final.ts";
import { fold, holdsClaim } from "./claim.ts";
import { collectLeg } from "./collect.ts";
import type { Leg } from "./leg.ts";
import type { JobPorts } from "./ports.ts";

export interface SettlePorts extends JobPorts {
  /** The coordinator's way out with this job's token; used when the run has no app. */
  readonly coordinator: (runId: string) => CoordinatorPorts;
}

export async function runSettle(ports: SettlePorts): Promise<void> {
  const { job, inputs, remote, say } = ports;
  const runId = inputs.run === "" ? `r${job.runId}` : inputs.run;
  const ledger = remote.ledger(runId);
  const held = await fold(remote, runId, ledger, await ledger.read());
  const { hop } = held.state;
  if (!holdsClaim(held, job) || !hop) {
    say.notice(`this workflow run does not hold the hop of run ${runId}; nothing to settle`);
    return;
  }
  const log = openLog({ pipeline: held.pipeline, ledger, clock: machineClock }, held.snapshot);
  const legs = plannedLegs(held.pipeline, held.state);
  await say.step(`Collect ${legs?.branches.length ?? 0} branches`, async () => {
    for (const branch of legs?.branches ?? []) {
      const leg: Leg = { branch, fan: legs!.fan, base: legs!.fan.baseCommit };
      for (const event of await collectLeg(ports, held, runId, leg)) log.push(event);
    }
    log.push({ event: "hop_settled", hop: hop.hop, epoch: hop.epoch, outcome: "done" });
    await log.flush();
  });
  let { state } = log;
  if (held.started.coordinator === "workflow") {
    const done = await say.step("Decide what comes next", () => coordinate(ports.coordinator(runId)));
    state = done.state;
  }
  const folder = join(job.temp, "attractor-result");
  await mkdir(folder, { recursive: true });
  await writeJsonAtomic(join(folder, "checkpoint.json"), checkpointOf(state));
  if (state.ended) {
    await writeJsonAtomic(join(folder, "final.json"), finalOf(state));
    say.output("status", state.ended.status);
  }
  say.output("result-dir", folder);
}
