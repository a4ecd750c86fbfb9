/** The trunk of a hop: claim, then serial stages until a fan-out, a question, the deadline or the end. */

import { plannedLegs } from "../engine/core/legs.ts";
import { TRUNK } from "../engine/core/state.ts";
import { machineClock } from "../engine/drive/clock.ts";
import { openLog } from "../engine/drive/log.ts";
import { codeRef, DEFAULT_REF_PREFIX, legName } from "../engine/git/names.ts";
import { claim } from "./claim.ts";
import { given, localFirst, work } from "./perform.ts";
import type { JobPorts } from "./ports.ts";
import { leaveResults } from "./results.ts";
import { configOf } from "./run-config.ts";
import { openWorkplace } from "./workplace.ts";

/** Hosts take few pushes a minute. */
const PUSH_EVERY_MS = 10_000;

export async function runTrunk(ports: JobPorts): Promise<void> {
  const { job, remote, say } = ports;
  const held = await say.step("Claim the hop", () => claim(ports));
  say.output("run", held.runId);
  if (!held.ok) {
    say.notice(held.why);
    say.output("proceed", "false");
    return;
  }
  const { pipeline, started, runId } = held;
  const config = await configOf(ports, started);
  const ledger = localFirst(job, held.ledger, "trunk");
  const log = openLog({ pipeline, ledger, clock: machineClock, watch: say.event }, await ledger.read());
  const trunk = log.state.scopes.get(TRUNK);
  const at = trunk?.commit ?? started.base_sha ?? job.sha;
  const merging = (trunk?.lastFan?.results ?? []).flatMap((result) => result.commit ?? []);
  const pushed = await remote.code(runId);
  const place = await say.step("Prepare the worktree", () =>
    openWorkplace(ports, runId, config, at, merging),
  );
  const why = await work({
    log,
    ledger,
    config,
    place,
    code: {
      ref: codeRef(DEFAULT_REF_PREFIX, runId),
      at: pushed,
      commit: () => log.state.scopes.get(TRUNK)?.commit ?? null,
      bring: place.collect,
    },
    pushEveryMs: PUSH_EVERY_MS,
    writer: "trunk",
    ...given(ports),
    cancel: ports.cancel,
    superseded: new AbortController(),
  });
  await place.workspaces.close();
  const { events } = await ledger.read();
  await ledger.close();
  await leaveResults(ports, { runId, part: "trunk", state: log.state, events, logs: place.root });
  if (why === "superseded") {
    say.notice(
      "superseded: another workflow run goes on with this run; this one stopped its stage and wrote no more",
    );
    say.output("proceed", "false");
    return;
  }
  const legs = why === "held" ? plannedLegs(pipeline, log.state) : null;
  say.output("proceed", "true");
  say.output("branches", JSON.stringify(legs?.branches.map(legName) ?? []));
  say.output("max-parallel", String(Math.min(256, legs?.maxParallel ?? 1)));
  say.output("yield", String(why === "yield"));
}
