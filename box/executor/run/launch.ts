/** A leg with steps: on record, in the runners' queue, on a runner, and what its timeouts and its runner's loss do. */
import { join } from "node:path";
import type { JobRecord } from "../../actions/port.ts";
import { type Plain, record } from "../expressions/data.ts";
import { type Scope, scopeOf } from "../expressions/evaluate.ts";
import { isMapping, messageOf, render, renderNumber, renderString } from "../expressions/template.ts";
import { startJob } from "../job/run-job.ts";
import { nameOf } from "../places.ts";
import { fieldsOf } from "../workflow/fields.ts";
import type { StepsJob } from "../workflow/model.ts";
import { jobContexts } from "./contexts.ts";
import { addRecord, cancelLeg, endAtOnce, finishLeg, permissionsOf, tell } from "./end-leg.ts";
import type { Engine, LegState, NodeState } from "./model.ts";

const MINUTE_MS = 60_000;
const DEFAULT_TIMEOUT_MINUTES = 360;
const QUEUE_LIMIT_MS = 24 * 60 * MINUTE_MS;
/** The server believes in a runner for ten minutes after its last sign of life. */
const LEASE_MS = 10 * MINUTE_MS;

export type SteppedLeg = LegState & { readonly node: NodeState & { readonly definition: StepsJob } };

function labelsOf(value: Plain): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.map(String);
  throw new Error("the box knows no runner groups: `runs-on` takes a label or a list of labels");
}

/** `environment: name`, or a mapping with a name. */
function environmentOf({ node }: SteppedLeg, scope: Scope): string | undefined {
  const token = node.definition.environment;
  if (token === undefined) return undefined;
  if (!isMapping(token)) return renderString(token, scope);
  const { name } = fieldsOf(token, "`environment`", ["name", "url", "deployment"]);
  return name === undefined ? undefined : renderString(name, scope);
}

/** Standard runners, which every workflow reaches; all others belong to somebody. */
const HOSTED =
  /^(ubuntu-(latest|slim|\d\d\.04(-arm)?)|windows-(latest|\d{4}|11-arm)|macos-(latest|\d\d)(-intel)?)$/i;

function refuseForeignRunner(engine: Engine, { node }: SteppedLeg, labels: readonly string[]): void {
  const owner = nameOf(node.scope().loaded.place).split("/")[0] ?? "";
  if (owner.toLowerCase() === engine.run.repository.owner.toLowerCase()) return;
  if (labels.every((label) => HOSTED.test(label))) return;
  const listed = labels.map((label) => `'${label}'`).join(", ");
  throw new Error(
    `Called workflows cannot be queued onto self-hosted runners across organisations/enterprises. Failed to queue this job. Labels: ${listed}`,
  );
}

export function enqueue(engine: Engine, leg: SteppedLeg): void {
  const scope = scopeOf(jobContexts(engine.github, engine.run.repository.variables, leg.node, leg));
  const { runsOn, timeoutMinutes } = leg.node.definition;
  const labels = labelsOf(render(runsOn, scope));
  refuseForeignRunner(engine, leg, labels);
  const environment = environmentOf(leg, scope);
  const reviewed = (engine.run.repository.environments.get(environment ?? "")?.reviewers.length ?? 0) > 0;
  const minutes =
    timeoutMinutes === undefined ? DEFAULT_TIMEOUT_MINUTES : renderNumber(timeoutMinutes, scope);
  leg.record = addRecord(engine, leg, labels, reviewed ? "waiting" : "queued");
  const ask = () => {
    leg.status = "queued";
    const go = { minutes: Math.trunc(minutes), environment };
    const request = () =>
      leg.pendingWork.add(engine.runners.request(labels, (runner) => launch(engine, leg, runner, go)));
    const { queueMs } = engine.faults;
    if (queueMs === 0) request();
    else leg.pendingWork.add(engine.actions.clock.after(queueMs, request));
  };
  if (!reviewed) ask();
  else
    engine.actions.awaitReview(leg.record.id, environment ?? "", (state) => {
      if (leg.status === "done") return;
      if (state === "approved") ask();
      else endAtOnce(engine, leg, "failure", `The deployment to ${environment} was rejected.`);
      engine.advance();
    });
  leg.pendingWork.add(
    engine.actions.clock.after(QUEUE_LIMIT_MS, () => {
      if (leg.status === "queued")
        cancelLeg(engine, leg, "The job was not picked up by a runner within 24 hours.");
      engine.advance();
    }),
  );
}

interface Go {
  readonly minutes: number;
  readonly environment: string | undefined;
}

function launch(engine: Engine, leg: SteppedLeg, runner: string, { minutes, environment }: Go): void {
  const { actions, run } = engine;
  const { definition } = leg.node;
  const { loaded, secrets } = leg.node.scope();
  const jobId = (leg.record as JobRecord).id;
  const own = run.repository.environments.get(environment ?? "");
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
            environment,
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
      images: engine.images,
      user: engine.user,
      secrets: new Map([...secrets, ...(own?.secrets ?? []), ["GITHUB_TOKEN", credentials.githubToken]]),
      contexts: {
        ...jobContexts(engine.github, run.repository.variables, leg.node, leg),
        github: record({ ...engine.github, job: definition.id, token: credentials.githubToken }),
        vars: record([...run.repository.variables, ...(own?.variables ?? [])]),
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
