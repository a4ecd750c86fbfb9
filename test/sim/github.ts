/** GitHub Actions as the world sees it: dispatches, and workflow runs whose jobs begin as their conditions say. */

import type { ActionsPort, HopInput } from "../../github/coordinator/ports.ts";
import { actionsPort } from "./actions-port.ts";
import { dagOf, type JobSpec, named, type Result } from "./dag.ts";
import type { Chance } from "./random.ts";
import type { Life, SimTime } from "./time.ts";
import type { Ended, GitHubFaults, JobNode, SimJob, SimRun } from "./workflow-run.ts";

export interface SimGitHub {
  readonly runs: Map<string, SimRun>;
  /** Jobs that began, of all workflow runs. */
  readonly jobs: SimJob[];
  port(life: Life): ActionsPort;
  dispatch(input: HopInput | null): void;
  cancel(run: SimRun): void;
  rerun(run: SimRun, mode: SimRun["mode"]): void;
}

export interface GitHubOptions {
  readonly time: SimTime;
  readonly chance: Chance;
  readonly rounds: number;
  /** Its workflow file has jobs for privileged stages. */
  readonly privileged: boolean;
  readonly faults: GitHubFaults;
  /** Runs the job; `end` may come from elsewhere first: a runner that is lost. */
  readonly play: (job: SimJob, end: (how: Ended) => void) => void;
  readonly completed: (run: SimRun) => void;
}

/** SIGINT, and then the end of the process. */
const GRACE_MS = 10_000;
const FORCE_MS = 5 * 60_000;

export function simGitHub(options: GitHubOptions): SimGitHub {
  const { time, chance, faults, rounds, privileged } = options;
  const runs = new Map<string, SimRun>();
  const jobs: SimJob[] = [];
  const dag = dagOf(rounds, privileged);

  const queue = (input: HopInput | null): void => {
    const run: SimRun = {
      ...{ id: String(1000 + runs.size), input, attempt: 1, completed: false, conclusion: null },
      ...{ canceled: false, forced: false, mishap: false, mode: "all" as const },
      ...{ nodes: new Map(), before: new Map(), begunAt: 0, endedAt: 0 },
    };
    runs.set(run.id, run);
    time.after(chance.between(1_000, 20_000), () => {
      if (run.completed) return;
      if (chance.happens(faults.startupFailure)) {
        run.mishap = true;
        return complete(run, "startup_failure");
      }
      // Cancelled while it waited: no job of it may ever be made.
      if (run.canceled && chance.happens(0.5)) return complete(run, "cancelled");
      begin(run);
    });
  };

  function begin(run: SimRun): void {
    run.nodes = new Map();
    run.begunAt = time.now();
    const again = new Set<string>();
    for (const spec of dag) {
      const old = run.before.get(spec.name);
      const isKept =
        run.mode === "failed" &&
        (old?.raw === "success" || old?.raw === "skipped") &&
        !spec.needs.some((name) => again.has(name));
      if (!isKept) again.add(spec.name);
      const stale = run.mode === "failed" && old?.raw === "failure" && chance.happens(faults.staleOutput);
      run.nodes.set(
        spec.name,
        isKept && old
          ? { ...old }
          : { spec, status: "waiting", result: null, raw: null, go: stale ? old.go : "", jobs: [] },
      );
    }
    pump(run);
  }

  function pump(run: SimRun): void {
    for (let moved = true; moved && !run.completed; ) {
      moved = false;
      for (const node of run.nodes.values()) {
        if (
          node.status === "waiting" &&
          node.spec.needs.every((name) => nodeOf(run, name).status === "done")
        ) {
          moved = true;
          if (run.forced || !isWanted(run, node.spec)) over(node, "skipped", "skipped");
          else launch(run, node);
        } else if (node.status === "running" && node.jobs.every((job) => job.result !== null)) {
          moved = true;
          const results = new Set(node.jobs.map((job) => job.result));
          const raw = results.has("failure") ? "failure" : results.has("cancelled") ? "cancelled" : "success";
          over(node, raw, node.spec.kind === "legs" && raw === "failure" ? "success" : raw);
          if (node.spec.kind === "trunk") node.go = node.jobs[0]?.go || node.go;
        }
      }
    }
    if (!run.completed && [...run.nodes.values()].every((node) => node.status === "done"))
      complete(run, conclusionOf(run));
  }

  const over = (node: JobNode, raw: Result, result: Result): void => {
    node.status = "done";
    node.raw = raw;
    node.result = result;
    if (raw === "skipped") node.go = "";
  };

  const isWanted = (run: SimRun, spec: JobSpec): boolean =>
    spec.runs({
      cancelled: run.canceled && !(spec.kind === "next" && chance.happens(faults.cancelUnseen)),
      result: (name) => nodeOf(run, name).result ?? "skipped",
      go: (name) => nodeOf(run, name).go,
    });

  function launch(run: SimRun, node: JobNode): void {
    const { spec } = node;
    node.status = "running";
    const before = spec.round - (spec.kind === "trunk" ? 1 : 0);
    const go = spec.round === 0 || before === 0 ? "" : nodeOf(run, `trunk-${before}`).go;
    const titles: (string | null)[] = spec.kind === "legs" ? [...named(go, spec.list ?? "legs")] : [null];
    const passed = spec.kind === "legs" && run.mode === "failed" ? passedLegs(run, spec, go) : new Map();
    node.jobs = titles.map((leg) => passed.get(leg) ?? start({ spec, run, leg, given: { go } }));
    if (node.jobs.every((job) => job.result !== null)) time.after(0, () => pump(run));
  }

  /** A re-run of what failed leaves branches that were done as they are, where the list is the same one. */
  function passedLegs(run: SimRun, spec: JobSpec, go: string): Map<string | null, SimJob> {
    const old = run.before.get(spec.name)?.jobs ?? [];
    return new Map(
      old.flatMap((job) => (job.result === "success" && job.given.go === go ? [[job.leg, job]] : [])),
    );
  }

  function start(of: Pick<SimJob, "spec" | "run" | "leg" | "given">): SimJob {
    const { run, spec, leg } = of;
    const name = `${spec.name}${leg === null ? "" : ` (${leg})`} of ${run.id}.${run.attempt}`;
    const job: SimJob = {
      ...{ ...of, attempt: run.attempt, life: { name, dead: false }, cancel: new AbortController() },
      ...{ begun: null, result: null, go: "" },
    };
    const end = ({ result, go }: Ended): void => {
      if (job.result !== null) return;
      job.result = result;
      if (go !== "" && chance.happens(faults.goDropped)) run.mishap = true;
      else job.go = go;
      time.after(0, () => pump(run));
    };
    time.after(chance.between(1_000, 20_000), () => {
      if (job.result !== null) return;
      if (chance.happens(faults.neverCame)) {
        run.mishap = true;
        return end({ result: "cancelled", go: "" });
      }
      job.begun = time.now();
      jobs.push(job);
      options.play(job, end);
    });
    return job;
  }

  /** Its process ends with it, unless its machine is only thought to be gone. */
  const kill = (run: SimRun, job: SimJob): void => {
    if (job.result !== null) return;
    job.life.dead = true;
    job.result = "cancelled";
    time.after(0, () => pump(run));
  };

  function cancel(run: SimRun): void {
    if (run.completed || run.canceled) return;
    run.canceled = true;
    for (const node of run.nodes.values()) {
      if (node.status !== "running" || isWanted(run, node.spec)) continue;
      for (const job of node.jobs) {
        if (job.result !== null) continue;
        if (job.begun === null) kill(run, job);
        else {
          job.cancel.abort("the workflow run was cancelled");
          time.after(GRACE_MS, () => kill(run, job));
        }
      }
    }
    const { attempt } = run;
    if (run.nodes.size > 0)
      time.after(FORCE_MS, () => {
        if (run.attempt === attempt) force(run);
      });
  }

  function force(run: SimRun): void {
    if (run.completed) return;
    run.canceled = true;
    run.forced = true;
    for (const node of run.nodes.values()) for (const job of node.jobs) kill(run, job);
    if (run.nodes.size > 0) pump(run);
    else complete(run, "cancelled");
  }

  function complete(run: SimRun, conclusion: string): void {
    if (run.completed) return;
    Object.assign(run, { completed: true, conclusion, endedAt: time.now() });
    options.completed(run);
  }

  return {
    runs,
    jobs,
    cancel,
    dispatch: queue,
    rerun(run, mode) {
      if (!run.completed || run.nodes.size === 0) return;
      run.attempt++;
      run.before = run.nodes;
      Object.assign(run, { completed: false, conclusion: null, canceled: false, forced: false });
      Object.assign(run, { mishap: false, mode });
      begin(run);
    },
    port: (life) => actionsPort({ runs, time, chance, faults, queue, cancel, force }, life),
  };
}

const nodeOf = (run: SimRun, name: string): JobNode => run.nodes.get(name) as JobNode;

function conclusionOf(run: SimRun): string {
  const results = new Set([...run.nodes.values()].map((node) => node.result));
  if (run.canceled && (results.has("cancelled") || results.has("skipped"))) return "cancelled";
  return results.has("failure") ? "failure" : results.has("cancelled") ? "cancelled" : "success";
}
