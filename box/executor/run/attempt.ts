/** One attempt of a run from the queue to its conclusion. */
import type { ActionsPort, RunAttempt } from "../../actions/port.ts";
import { record } from "../expressions/data.ts";
import { scopeOf } from "../expressions/evaluate.ts";
import { messageOf, renderString } from "../expressions/template.ts";
import { loadWorkflow } from "../workflow/call-tree.ts";
import { dispatchInputs } from "../workflow/inputs.ts";
import { advance, killAll } from "./advance.ts";
import { cancelRun } from "./cancel.ts";
import type { GroupRequest, Member } from "./concurrency.ts";
import { groupRequest } from "./concurrency-setting.ts";
import { githubContext } from "./contexts.ts";
import { loseRunner } from "./launch.ts";
import { type Engine, type LegState, legsOf } from "./model.ts";
import { wanted } from "./nodes.ts";
import { openScope } from "./scope.ts";

export interface Attempt {
  readonly problems: readonly string[];
  cancel(how: "cancel" | "force"): void;
  /** False when no running job of this attempt has that id. */
  loseRunner(jobId: number, how: "dead" | "unreachable"): boolean;
  /** Ends every process, those of lost runners too; resolves when none is left. */
  close(): Promise<void>;
}

type Shared = Pick<
  Engine,
  "registry" | "runners" | "groups" | "oidc" | "images" | "faults" | "user" | "workRoot" | "hostPath"
>;

export function startAttempt(actions: ActionsPort, run: RunAttempt, shared: Shared): Attempt {
  const before = run.rerun === "failed" ? actions.jobs(run.id, run.attempt - 1) : [];
  const engine: Engine = {
    ...shared,
    actions,
    run,
    github: githubContext(run, actions),
    state: {
      root: undefined,
      status: "loading",
      cancelled: "no",
      members: [],
      previous: new Map(before.map((job) => [job.key, job])),
      problems: [],
      pendingWork: new Set(),
      outputUnits: 0,
      matrixJobs: 0,
    },
    advance: () => advance(engine),
  };
  const { state } = engine;
  const legs = () => (state.root === undefined ? [] : legsOf(state.root));
  prepare(engine).then(
    (start) => start(),
    (error: unknown) => {
      state.problems.push(messageOf(error));
      end(engine, state.cancelled === "no" ? "startup_failure" : "cancelled");
    },
  );
  return {
    problems: state.problems,
    cancel: (how) => cancelAttempt(engine, how),
    loseRunner(jobId, how) {
      const leg = legs().find(({ record: job }) => job?.id === jobId);
      if (leg === undefined || leg.status !== "running") return false;
      loseRunner(engine, leg, how);
      return true;
    },
    async close() {
      cancelAttempt(engine, "force");
      for (const leg of legs()) leg.control?.kill();
      await Promise.allSettled(legs().map((leg) => leg.control?.done));
    },
  };
}

/** All that can go wrong before there is a job; what comes back starts the run. */
async function prepare(engine: Engine): Promise<() => void> {
  const { actions, run, state } = engine;
  const { repository, workflow: file } = run;
  const place = { kind: "commit", repository, ref: file.ref, sha: file.sha } as const;
  const loaded = await loadWorkflow(place, file.path, {
    registry: engine.registry,
    repository: actions.repository,
    own: repository,
  });
  if (state.cancelled !== "no") throw new Error("The run was cancelled before it started.");
  const { workflow } = loaded;
  const known = { github: engine.github, vars: record(repository.variables) };
  const inputs =
    run.event.name === "workflow_dispatch" && workflow.dispatch !== undefined
      ? dispatchInputs(workflow.dispatch, run.inputs, scopeOf({ ...known, inputs: record(run.inputs) }))
      : record();
  const scope = scopeOf({ ...known, inputs });
  const title = workflow.runName === undefined ? "" : renderString(workflow.runName, scope).trim();
  if (title !== "") actions.setTitle(run.id, title);
  const group = workflow.concurrency === undefined ? undefined : groupRequest(workflow.concurrency, scope);
  const open = () => {
    if (state.status === "done") return;
    state.status = "running";
    state.root = openScope(loaded, inputs, run.fromFork ? new Map() : repository.secrets, undefined);
    actions.startRun(run.id);
    engine.advance();
  };
  return group === undefined ? open : () => joinGroup(engine, group, open);
}

function joinGroup(engine: Engine, request: GroupRequest, open: () => void): void {
  const { state, actions, run } = engine;
  let holds = false;
  const member: Member = {
    name: "a top level workflow",
    ancestors: [],
    acquired: () => {
      holds = true;
      queueMicrotask(open);
    },
    evicted: (message) => {
      state.problems.push(message);
      queueMicrotask(() => cancelAttempt(engine, "cancel"));
    },
  };
  state.members.push(member);
  state.status = "pending";
  engine.groups.join(run.repository.fullName, request, member);
  if (!holds) actions.holdRun(run.id);
}

function cancelAttempt(engine: Engine, how: "cancel" | "force"): void {
  const { state } = engine;
  if (state.status === "done" || (how === "cancel" && state.cancelled !== "no")) return;
  state.cancelled = how;
  if (state.status === "pending") end(engine, "cancelled");
  else if (how === "force") killAll(engine);
  else
    cancelRun(
      engine,
      (leg) => stillWanted(engine, leg),
      () => killAll(engine),
    );
}

function stillWanted(engine: Engine, leg: LegState): boolean {
  try {
    return wanted(engine, leg.node);
  } catch {
    return false;
  }
}

/** The end of an attempt that never had a job. */
function end(engine: Engine, conclusion: "cancelled" | "startup_failure"): void {
  engine.state.status = "done";
  for (const member of engine.state.members) engine.groups.leave(member);
  engine.actions.completeRun(engine.run.id, conclusion);
}
