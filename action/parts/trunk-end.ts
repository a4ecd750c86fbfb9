/** What a trunk job does before and after its work, loaded when it is due: branches taken in, the hop ended, what comes next said. */
import { TRUNK } from "../../engine/core/state.ts";
import { outlivesItsEnd } from "../../engine/ledger/git/openness.ts";
import { foreseen } from "../../github/coordinator/foreseen-end.ts";
import type { Published } from "../../github/publish.ts";
import { TRUNK_PART } from "../handoff/format.ts";
import { askApp } from "../hop/ask-app.ts";
import { again, type Claim, type ClaimedHop, type Unclaimed } from "../hop/claim.ts";
import { closeWorked, collectRound, usedBefore } from "../hop/collect-round.ts";
import { type ControlOutput, controlOutputText } from "../hop/control-output.ts";
import { type Handed, handedOn, hasRoom, legsGo, type Piece } from "../hop/handed-on.ts";
import { goAfter, tookPart } from "../hop/round.ts";
import { configOf } from "../hop/run-config.ts";
import type { CollectPorts } from "../hop/settle-ports.ts";
import { branchTitle, turnTitle } from "../hop/titles.ts";
import { onlyReads } from "../inputs.ts";
import { remarksOn } from "../isolation/privileged.ts";
import { colourOf } from "../output/job-colour.ts";
import { sayEnd } from "../output/outputs.ts";
import { leaveResults } from "../output/results.ts";
import { writeSummary } from "../output/summary.ts";
import type { JobPorts } from "../ports.ts";
import type { SessionEnd, Worked } from "../work/session.ts";

/** Jobs that may only read leave artifacts; a client for them is loaded where there are such jobs. */
async function collecting(ports: JobPorts): Promise<CollectPorts> {
  if (ports.inputs.readOnly === "none")
    return {
      ...ports,
      artifacts: () => {
        throw new Error("branches whose jobs may write leave no artifacts");
      },
    };
  const { pastArtifacts } = await import("../handoff/past-artifacts.ts");
  return { ...ports, artifacts: () => pastArtifacts(ports, ports.job.runId) };
}

/** The branches of the round before are taken in, and the next round begins. */
export async function collect(ports: JobPorts): Promise<Claim> {
  const held = await collectRound(await collecting(ports));
  if (held.ok) return held;
  const { found } = held;
  const asks = held.settled && found?.started.coordinator === "app";
  const offered = asks
    ? await ports.say.step("Wait for the app's decision", () => askApp(ports, found))
    : null;
  if (offered !== null) return offered;
  ports.say.notice(held.why);
  return held;
}

/** This job holds no hop: there was none for it, or it only took branches in. */
export async function endUnheld(ports: JobPorts, { found, settled }: Unclaimed): Promise<void> {
  const { go } = ports.inputs;
  if (found === null) return sayControlOutput(ports, { kind: "done" });
  if (!settled) return leave(ports, found);
  await afterHop(ports, found, { hop: go?.kind === "legs" ? go.hop : 0, part: "settle", logs: null });
}

/** `worked`: null where others go on at once. */
export async function endTrunk(ports: JobPorts, held: ClaimedHop, worked: Worked | null): Promise<void> {
  const { say, inputs } = ports;
  const session = worked?.session ?? null;
  const used = usedBefore(ports);
  const handed = handedBy(ports, held, session);
  if (session?.why === "superseded") sayControlOutput(ports, { kind: "done" });
  else if (handed !== null && hasRoom(handed, used)) {
    const { pipeline } = held;
    const title = (piece: Piece) =>
      typeof piece === "string"
        ? turnTitle(pipeline, piece, inputs.readOnly, ports.redact)
        : branchTitle(pipeline, piece, ports.redact);
    sayControlOutput(ports, legsGo(held.state, handed, title, used));
  }
  // Where somebody cancelled the workflow run its job `canceled` ends the run, and has more time for it.
  else if (!ports.cancel.aborted) {
    await say.step("End the hop", async () => closeWorked(await collecting(ports), held));
    const hop = held.state.hop?.hop ?? 0;
    return afterHop(ports, await again(ports, held), { hop, part: TRUNK_PART, logs: worked?.logs ?? null });
  }
  if (worked !== null) await leaveTrunk(ports, held, worked);
}

/** What other jobs are to do now. One that worked until its time was up, or until somebody answers, hands nothing on. */
function handedBy(
  { inputs }: JobPorts,
  { pipeline, state }: ClaimedHop,
  session: SessionEnd | null,
): Handed | null {
  if (session !== null && session.why !== "held") return null;
  return handedOn(pipeline, session?.state ?? state, inputs.readOnly);
}

/** Nothing here is this job's. A person's re-run of a run that has failed is as red as the first time. */
async function leave(ports: JobPorts, found: ClaimedHop): Promise<void> {
  sayControlOutput(ports, { kind: goAfter(found.state, ports.job, await tellsPeople(ports, found)) });
  colourOf(ports, found.state, tookPart(found.state, found.snapshot.events, ports.job, ports.inputs.hop));
}

/** This job ended the hop: the run ended, asks, or goes on elsewhere. */
async function afterHop(
  ports: JobPorts,
  found: ClaimedHop,
  leaves: { readonly hop: number; readonly part: string; readonly logs: string | null },
): Promise<void> {
  const { state, pipeline, started, runId, snapshot } = found;
  const tells = await tellsPeople(ports, found);
  let published: Published | null = null;
  if (state.ended && !tells && started.coordinator === "workflow")
    published = await (await import("../hop/publish.ts")).publish(ports, state);
  // No job with stages has the user's token, which may publish what this one may not.
  const refused = published?.fetch !== undefined && (await hasToken(ports, found));
  const kind = goAfter(state, ports.job, tells || refused);
  await leaveResults(ports, {
    ...{ runId, state, events: snapshot.events, record: true, published, ...leaves },
  });
  sayEnd(ports, state, published);
  // The job `next` has the last word where it comes.
  if (kind === "done") {
    const { events } = snapshot;
    await writeSummary(ports, pipeline, state, events, remarksOn(pipeline, events, published), published);
  }
  sayControlOutput(ports, { kind });
  colourOf(ports, foreseen(state, pipeline), true);
}

/** What this job alone did: the run goes on, or is somebody else's. */
export async function leaveTrunk(
  ports: JobPorts,
  { runId }: ClaimedHop,
  { session, logs }: Worked,
  part: string = TRUNK_PART,
): Promise<void> {
  const { why, state, events } = session;
  // The next job may still refuse what this one leaves: until it has taken that in, none of it is told as the run's.
  const record = !onlyReads(ports.inputs) && why !== "superseded";
  await leaveResults(ports, { runId, part, state, events, logs, record });
  if (why !== "superseded") return;
  ports.say.notice(
    "superseded: another workflow run goes on with this run; this one stopped its stage and wrote no more",
  );
}

const sayControlOutput = ({ say }: JobPorts, go: ControlOutput): void =>
  say.control("go", controlOutputText(go));

const hasToken = async (ports: JobPorts, { started }: ClaimedHop): Promise<boolean> =>
  (await configOf(ports, started)).jobs?.pull_request_token !== undefined;

/** Whether an end is to be told: by a comment, a check or a pull request, or to the run above. It takes a job with those rights. */
async function tellsPeople(ports: JobPorts, { started, state }: ClaimedHop): Promise<boolean> {
  if (started.parent !== undefined || outlivesItsEnd(started)) return true;
  const commit = state.scopes.get(TRUNK)?.commit ?? null;
  if (state.ended?.status !== "success" || commit === null || commit === started.base_sha) return false;
  return (await configOf(ports, started)).git.publish === "pull_request";
}
