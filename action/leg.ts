/** One branch of a fan-out in a job of its own: its log and work go to its own ref, never to the trunk's. */

import { pinnedConfig } from "../app/source.ts";
import type { PlannedBranch } from "../engine/core/events/flow.ts";
import { plannedLegs } from "../engine/core/legs.ts";
import type { RunState } from "../engine/core/state.ts";
import { machineClock } from "../engine/drive/clock.ts";
import { openLog } from "../engine/drive/log.ts";
import { branchRef, DEFAULT_REF_PREFIX, legName } from "../engine/git/names.ts";
import { fetchRef, pushRefs } from "../engine/git/refs.ts";
import type { GitLedger } from "../engine/ledger/git/git-ledger.ts";
import { LedgerError, type Snapshot } from "../engine/ledger/port.ts";
import { fold, type Held, holdsClaim } from "./claim.ts";
import { work } from "./perform.ts";
import type { JobPorts } from "./ports.ts";
import { openWorkplace } from "./workplace.ts";

export async function runLeg(ports: JobPorts): Promise<void> {
  const { job, inputs, remote, say } = ports;
  const trunk = remote.ledger(inputs.run);
  const held = await fold(remote, inputs.run, trunk, await trunk.read());
  if (!holdsClaim(held, job)) {
    say.notice(`this workflow run does not hold the hop of run ${inputs.run}; nothing runs here`);
    return;
  }
  const leg = findLeg(held, inputs.leg);
  if (leg === null) {
    say.notice(`branch ${inputs.leg} is no branch of this hop, or it is done`);
    return;
  }
  const { pipeline, started } = held;
  const config = await pinnedConfig(started.github?.config_path ?? inputs.config, (path) =>
    remote.readFile(started.github?.graph_sha ?? job.sha, path),
  );
  const ledger = remote.legLedger(inputs.run, legRef(held.state, inputs.run, leg, job.attempt));
  const opened = await openLeg(ledger, held.state, leg);
  const log = openLog({ pipeline, ledger, clock: machineClock, watch: say.event, from: held.state }, opened);
  if (log.state.scopes.has(leg.branch.key)) {
    const at = log.state.scopes.get(leg.branch.key)?.commit ?? leg.base ?? job.sha;
    await remote.code(inputs.run);
    const place = await say.step("Prepare the worktree", () =>
      openWorkplace(job, remote, inputs.run, config, at, []),
    );
    const why = await work({
      log,
      config,
      place,
      writer: "leg",
      focus: leg.branch.key,
      script: inputs.simulate === "" ? null : inputs.simulate,
      cancel: ports.cancel,
      softDeadline: ports.softDeadline,
    });
    await pushWork(ports, held, leg, place.collect, log.state);
    if (why !== "ended") {
      log.push({
        event: "leg_paused",
        branch_key: leg.branch.key,
        why: why === "waiting" ? "waiting" : "yield",
      });
    }
    await log.flush();
    await place.workspaces.close();
  }
}

export interface Leg {
  readonly branch: PlannedBranch;
  readonly fan: { readonly node: string; readonly visit: number };
  readonly base: string | null;
}

export function findLeg(held: Held, id: string): Leg | null {
  const legs = plannedLegs(held.pipeline, held.state);
  const branch = legs?.branches.find((one) => legName(one) === id);
  return legs && branch ? { branch, fan: legs.fan, base: legs.fan.baseCommit } : null;
}

export function legRef(state: RunState, runId: string, { branch, fan }: Leg, attempt: number): string {
  return branchRef(DEFAULT_REF_PREFIX, runId, {
    fan: fan.node,
    visit: fan.visit,
    index: branch.index,
    key: branch.key,
    epoch: state.hop?.epoch ?? 1,
    attempt,
  });
}

/** A new log begins with the branch's start, unless the trunk knows the branch already (it waited, or its time was up). */
async function openLeg(ledger: GitLedger, state: RunState, leg: Leg): Promise<Snapshot> {
  const { branch, fan } = leg;
  const ts = new Date().toISOString();
  const begun = state.scopes.has(branch.key);
  const first = begun
    ? {
        event: "warning",
        branch_key: branch.key,
        code: "leg_continues",
        message: `branch ${branch.key} goes on`,
      }
    : {
        event: "branch_started",
        branch_key: branch.key,
        node_id: branch.start_node,
        fan_node: fan.node,
        fan_visit: fan.visit,
        index: branch.index,
      };
  try {
    const created = await ledger.create([{ ts, ...first }]);
    return { tip: created.tip, events: created.events };
  } catch (error) {
    if (error instanceof LedgerError && error.code === "exists") return ledger.read();
    throw error;
  }
}

/** The branch's commits go to a ref beside its log, before the log says that they are there. */
async function pushWork(
  { remote, job, inputs }: JobPorts,
  held: Held,
  leg: Leg,
  collect: (commit: string) => Promise<void>,
  state: RunState,
): Promise<void> {
  const commit = state.scopes.get(leg.branch.key)?.commit ?? lastCommit(state, leg);
  if (!commit || commit === leg.base) return;
  await collect(commit);
  const ref = `${legRef(held.state, inputs.run, leg, job.attempt)}-code`;
  const from = await fetchRef(remote.repo, ref, "refs/seen/leg-code", "tip");
  await pushRefs(remote.repo, [{ ref, from, to: commit }]);
}

function lastCommit(state: RunState, leg: Leg): string | null {
  for (const scope of state.scopes.values()) {
    if (scope.cursor.phase !== "fanned") continue;
    const result = scope.cursor.fan.results.get(leg.branch.key);
    if (result?.commit) return result.commit;
  }
  return null;
}
