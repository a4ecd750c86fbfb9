/** A leg with steps: on record, in the runners' queue, on a runner, and what its timeouts and its runner's loss do. */
import { join } from "node:path";
import type { JobRecord, Permissions } from "../../actions/port.ts";
import { type Plain, record } from "../expressions/data.ts";
import { scopeOf } from "../expressions/evaluate.ts";
import { messageOf, render, renderNumber } from "../expressions/template.ts";
import { startJob } from "../job/run-job.ts";
import { nameOf } from "../places.ts";
import type { StepsJob } from "../workflow/model.ts";
import { defaultPermissions, readOnly } from "../workflow/permissions.ts";
import { cancelLeg } from "./cancel.ts";
import { jobContexts } from "./contexts.ts";
import { finishLeg, tell } from "./legs.ts";
import type { Engine, LegState, NodeState } from "./model.ts";

const MINUTE_MS = 60_000;
const DEFAULT_TIMEOUT_MINUTES = 360;
const QUEUE_LIMIT_MS = 24 * 60 * MINUTE_MS;
/** The server believes in a runner for ten minutes after its last sign of life. */
const LEASE_MS = 10 * MINUTE_MS;

export type SteppedLeg = LegState & { readonly node: NodeState & { readonly definition: StepsJob } };

const permissionsOf = (engine: Engine, leg: LegState): Permissions => {
  const asked = leg.node.scope().loaded.asked.get(leg.node.definition.id);
  const granted = asked ?? defaultPermissions(engine.run.repository.defaultWorkflowPermissions);
  return engine.run.fromFork ? readOnly(granted) : granted;
};

export const addRecord = (engine: Engine, leg: LegState, labels: readonly string[]): JobRecord =>
  engine.actions.addJob(engine.run.id, {
    key: leg.key,
    name: leg.name,
    labels,
    permissions: permissionsOf(engine, leg),
  });

function labelsOf(value: Plain): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.map(String);
  throw new Error("the box knows no runner groups: `runs-on` takes a label or a list of labels");
}

export function enqueue(engine: Engine, leg: SteppedLeg): void {
  const scope = scopeOf(jobContexts(engine.github, engine.run.repository.variables, leg.node, leg));
  const { runsOn, timeoutMinutes } = leg.node.definition;
  const labels = labelsOf(render(runsOn, scope));
  const minutes =
    timeoutMinutes === undefined ? DEFAULT_TIMEOUT_MINUTES : renderNumber(timeoutMinutes, scope);
  leg.record = addRecord(engine, leg, labels);
  leg.status = "queued";
  leg.pendingWork.add(
    engine.runners.request(labels, (runner) => launch(engine, leg, runner, Math.trunc(minutes))),
  );
  leg.pendingWork.add(
    engine.actions.clock.after(QUEUE_LIMIT_MS, () => {
      if (leg.status === "queued")
        cancelLeg(engine, leg, "The job was not picked up by a runner within 24 hours.");
      engine.advance();
    }),
  );
}

function launch(engine: Engine, leg: SteppedLeg, runner: string, minutes: number): void {
  const { actions, run } = engine;
  const { definition } = leg.node;
  const { loaded, secrets } = leg.node.scope();
  const jobId = (leg.record as JobRecord).id;
  leg.status = "running";
  leg.started = true;
  leg.runner = runner;
  try {
    const credentials = actions.startJob(jobId, { name: runner });
    const { place } = loaded;
    const sha = place.kind === "commit" ? place.sha : place.ref;
    const oidc =
      permissionsOf(engine, leg)["id-token"] === "write"
        ? engine.oidc.open({
            run,
            jobId,
            jobWorkflowRef: `${nameOf(place)}/${loaded.workflow.path}@${place.ref}`,
            jobWorkflowSha: sha,
          })
        : { env: {}, close: () => {} };
    leg.pendingWork.add(oidc.close);
    leg.control = startJob({
      actions,
      registry: engine.registry,
      run,
      jobId,
      definition,
      workflow: loaded.workflow,
      place,
      credentials,
      oidc: oidc.env,
      runner,
      root: join(engine.workRoot, `run-${run.id}-${run.attempt}-job-${jobId}`),
      hostPath: engine.hostPath,
      secrets: new Map([...secrets, ["GITHUB_TOKEN", credentials.githubToken]]),
      contexts: {
        ...jobContexts(engine.github, run.repository.variables, leg.node, leg),
        github: record({ ...engine.github, job: definition.id, token: credentials.githubToken }),
      },
    });
  } catch (error) {
    tell(engine, leg, messageOf(error));
    finishLeg(engine, leg, { result: "failure", outputs: new Map() });
    engine.advance();
    return;
  }
  leg.pendingWork.add(
    actions.clock.after(minutes * MINUTE_MS, () => {
      cancelLeg(engine, leg, `The job has exceeded the maximum execution time of ${minutes} minutes.`);
    }),
  );
  leg.control.done.then(
    (outcome) => {
      if (leg.lost) return;
      finishLeg(engine, leg, outcome);
      engine.advance();
    },
    (error: unknown) => {
      if (leg.lost) return;
      tell(engine, leg, messageOf(error));
      finishLeg(engine, leg, { result: "failure", outputs: new Map() });
      engine.advance();
    },
  );
}

/** `dead`: the machine is gone. `unreachable`: it works on, unheard, and what it does to the world still happens. */
export function loseRunner(engine: Engine, leg: LegState, how: "dead" | "unreachable"): void {
  if (leg.control === undefined || leg.status === "done" || leg.lost) return;
  leg.lost = true;
  if (how === "dead") leg.control.kill();
  else leg.control.silence();
  const { runner } = leg;
  if (runner !== undefined) engine.runners.release(runner);
  leg.runner = undefined;
  leg.pendingWork.add(
    engine.actions.clock.after(LEASE_MS, () => {
      tell(
        engine,
        leg,
        `The hosted runner: ${runner} lost communication with the server. Anything in your workflow that terminates the runner process, starves it for CPU/Memory, or blocks its network access can cause this error.`,
      );
      finishLeg(engine, leg, { result: "failure", outputs: new Map(), tokensLiveOn: how === "unreachable" });
      engine.advance();
    }),
  );
}
