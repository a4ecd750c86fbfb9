/** The trunk of a hop: claim, then serial stages until a fan-out, a question, the deadline or the end. */

import { pinnedConfig } from "../app/source.ts";
import { plannedLegs } from "../engine/core/legs.ts";
import { TRUNK } from "../engine/core/state.ts";
import { machineClock } from "../engine/drive/clock.ts";
import { openLog } from "../engine/drive/log.ts";
import { codeRef, DEFAULT_REF_PREFIX, legName } from "../engine/git/names.ts";
import { pushRefs } from "../engine/git/refs.ts";
import { claim } from "./claim.ts";
import { work } from "./perform.ts";
import type { JobPorts } from "./ports.ts";
import { openWorkplace } from "./workplace.ts";

export async function runTrunk(ports: JobPorts): Promise<void> {
  const { job, inputs, remote, say } = ports;
  const held = await say.step("Claim the hop", () => claim(ports));
  say.output("run", held.runId);
  if (!held.ok) {
    say.notice(held.why);
    say.output("proceed", "false");
    return;
  }
  const { pipeline, started, ledger } = held;
  const config = await pinnedConfig(started.github?.config_path ?? inputs.config, (path) =>
    remote.readFile(started.github?.graph_sha ?? job.sha, path),
  );
  const log = openLog({ pipeline, ledger, clock: machineClock, watch: say.event }, held.snapshot);
  const trunk = log.state.scopes.get(TRUNK);
  const at = trunk?.commit ?? started.base_sha ?? job.sha;
  const merging = (trunk?.lastFan?.results ?? []).flatMap((result) => result.commit ?? []);
  await remote.code(held.runId);
  const place = await say.step("Prepare the worktree", () =>
    openWorkplace(job, remote, held.runId, config, at, merging),
  );
  const why = await work({
    log,
    config,
    place,
    writer: "trunk",
    script: inputs.simulate === "" ? null : inputs.simulate,
    cancel: ports.cancel,
    softDeadline: ports.softDeadline,
  });
  const commit = log.state.scopes.get(TRUNK)?.commit;
  if (commit) {
    await place.collect(commit);
    const ref = codeRef(DEFAULT_REF_PREFIX, held.runId);
    await pushRefs(remote.repo, [{ ref, from: await remote.code(held.runId), to: commit }]);
  }
  await place.workspaces.close();
  const legs = why === "held" ? plannedLegs(pipeline, log.state) : null;
  say.output("proceed", "true");
  say.output("branches", JSON.stringify(legs?.branches.map(legName) ?? []));
  say.output("max-parallel", String(Math.min(256, legs?.maxParallel ?? 1)));
  say.output("yield", String(why === "yield"));
}
