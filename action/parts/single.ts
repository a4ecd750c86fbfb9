/**
 * A whole graph in this one job: branches side by side in worktrees, as on a laptop. With the right to write contents its
 * ledger is kept on the remote as it runs; without it the run lives in this job and its artifact alone.
 */

import { machineClock } from "../../engine/clock.ts";
import { type RunState, TRUNK } from "../../engine/core/state.ts";
import { openLog } from "../../engine/drive/log.ts";
import { codeRef, DEFAULT_REF_PREFIX } from "../../engine/git/names.ts";
import { LedgerError } from "../../engine/ledger/port.ts";
import type { Published } from "../../github/publish.ts";
import { beginning, type Claim, type ClaimedHop, claim, fold } from "../hop/claim.ts";
import { configOf } from "../hop/run-config.ts";
import { runIdOf } from "../hop/run-id.ts";
import { privilegedRan } from "../isolation/privileged.ts";
import type { JobPorts } from "../ports.ts";
import { beforeStages } from "../work/before-stages.ts";
import { localFirst, ownLog, TRUNK_PUSH_EVERY_MS, unpushed } from "../work/perform.ts";
import { runSession } from "../work/session.ts";

export async function runSingle(ports: JobPorts): Promise<void> {
  const { remote, say } = ports;
  const { held, stored } = await say.step("Begin the run", () => open(ports));
  if (!held.ok) {
    // Nothing ran: nobody may take that for a success.
    say.fail(held.why);
    return;
  }
  const { pipeline, started, runId } = held;
  const config = await configOf(ports, started);
  const ledger = stored ? localFirst(ports, held.ledger, "single") : unpushed(held.ledger);
  const log = openLog({ pipeline, ledger, clock: machineClock, watch: say.event }, await ledger.read());
  const pushed = stored ? await remote.code(runId) : null;
  const place = await beforeStages(ports, { log, config, started, runId, alsoNeeded: [] });
  const { why, state, events } = await runSession(ports, {
    ...{ runId, started, config, log, ledger, place, part: "single" },
    code: { ref: codeRef(DEFAULT_REF_PREFIX, runId), at: pushed },
    commit: () => log.state.scopes.get(TRUNK)?.commit ?? null,
    ...{ pushes: stored, handoff: null },
    pushEveryMs: TRUNK_PUSH_EVERY_MS,
    writer: "local",
    superseded: new AbortController(),
  });
  const published = await delivered(ports, held, state, { stored, bring: place.collect });
  // Of use at the end alone.
  const { leaveResults } = await import("../output/results.ts");
  await leaveResults(ports, {
    runId,
    part: "single",
    state,
    events,
    logs: place.root,
    record: true,
    published,
  });
  const { sayEnd } = await import("../output/outputs.ts");
  sayEnd(ports, state, published);
  const rights = privilegedRan(pipeline, events);
  const remarks = [
    ...(rights === null ? [] : [`${rights}.`]),
    ...(stored ? [] : ["Nothing here may write contents: the run is in this job and its artifact alone."]),
    ...(why === "waiting"
      ? [
          "It waits for a person: a question, or a bill. One job cannot hold a runner for that: let `attractor init` write the workflow of hops.",
        ]
      : []),
    ...(why === "yield"
      ? [
          "The job's time was up. A run longer than a job needs the workflow of hops that `attractor init` writes.",
        ]
      : []),
    ...(published === null ? [] : [published.said]),
  ];
  // Of use at the end alone, and large: the start does not wait for it.
  const { writeSummary } = await import("../output/summary.ts");
  await writeSummary(ports, pipeline, state, events, remarks.join(" ") || null, published);
  const { ended } = state;
  if (ended === null) say.fail(`The run has not ended. ${remarks.join(" ")}`.trim());
  else if (ended.status !== "success") say.fail(`the run ${ended.status}`);
}

/** On a branch or in a pull request; where nothing may be written in the artifact. */
async function delivered(
  ports: JobPorts,
  { started, runId }: ClaimedHop,
  state: RunState,
  { stored, bring }: { readonly stored: boolean; readonly bring: (commit: string) => Promise<void> },
): Promise<Published | null> {
  if (stored) {
    if (state.ended === null) return null;
    const { publish } = await import("../hop/publish.ts");
    return await publish(ports, state);
  }
  const { keepWork } = await import("../work/kept-work.ts");
  return await keepWork(ports, { started, runId, part: "single", bring }, state);
}

/** Stages that could reach the token are only run where it can write nothing, so nothing is tried there. */
async function open(ports: JobPorts) {
  try {
    if (ports.inputs.durability === "stage") return { held: await claimed(ports), stored: true };
  } catch (error) {
    if (!(error instanceof LedgerError && error.code === "refused")) throw error;
  }
  const runId = ports.inputs.run;
  const ledger = ownLog(ports.job, runId, "single");
  await ledger.create(await beginning(ports, "artifact"));
  const held: ClaimedHop = await fold(ports.remote, runId, ledger, await ledger.read());
  return { held, stored: false };
}

/**
 * Who runs the job again wants the graph to run: what an earlier attempt left open goes on, and where that is over another
 * run begins. In a first attempt a run that is there already is another use's.
 */
async function claimed(ports: JobPorts): Promise<Claim> {
  const { job, inputs } = ports;
  for (let nth = 1; ; nth++) {
    const run = nth === 1 ? inputs.run : runIdOf(job, { ...inputs, run: "", use: `${inputs.use} ${nth}` });
    const held = await claim({ ...ports, inputs: { ...inputs, run } });
    if (held.ok || !held.found?.state.ended || nth >= job.attempt)
      return held.ok || job.attempt > 1 ? held : { ...held, why: `${held.why}. ${SAME_USE}` };
  }
}

const SAME_USE =
  "Another use of the action in this workflow run is that run, and nothing that GitHub tells is different: give each its `name:`";
