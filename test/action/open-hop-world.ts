/** A claimed hop with an open fan-out on real git over HTTP, and jobs that can be played without a workflow. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { GitHubJob } from "../../action/github-env.ts";
import type { Artifacts } from "../../action/handoff/artifact-service.ts";
import { legRef } from "../../action/hop/leg.ts";
import { openRemote, type Remote } from "../../action/hop/remote.ts";
import type { SettlePorts } from "../../action/hop/settle-ports.ts";
import { readInputs } from "../../action/inputs.ts";
import { runNext } from "../../action/parts/next.ts";
import type { PlannedBranch } from "../../engine/core/events/flow.ts";
import { type EventBody, parseEvent, type RunEvent } from "../../engine/core/events.ts";
import { plannedLegs } from "../../engine/core/legs.ts";
import { git, gitWorld, TOKEN } from "../git/git-world.ts";
import { putFiles } from "../put-files.ts";
import { bare, legLines, openRun, type Runs, trunkLines } from "./open-hop-log.ts";

export const RUN = "r77";

export interface HopWorld {
  readonly remote: Remote;
  readonly runId: string;
  /** What `settle` finds by name, where branches leave artifacts. */
  readonly artifacts: Map<string, Buffer>;
  /** The user's own repository, from which the graph was pushed. */
  readonly home: string;
  readonly branches: readonly PlannedBranch[];
  readonly base: string;
  /** The graph's text. */
  readonly source: string;
  readonly serverFolder: string;
  readonly notices: string[];
  readonly outputs: Map<string, string>;
  /** The lines that an honest leg writes for its branch; `commit`: its work. */
  legLines(branch: PlannedBranch, commit?: string): EventBody[];
  /** The lines that an honest trunk job writes up to the fan-out; `commit`: the work of its stage. */
  trunkLines(commit?: string): EventBody[];
  refOf(branch: PlannedBranch, attempt?: number): string;
  /** Writes a leg's log as its job would. */
  write(branch: PlannedBranch, lines: readonly object[], attempt?: number): Promise<void>;
  /** A commit above the base with these files, at the leg's code ref. */
  work(branch: PlannedBranch, files: Readonly<Record<string, string>>): Promise<string>;
  settle(inputs?: Readonly<Record<string, string>>): Promise<void>;
  /** What a job of the hop is given, on a machine of its own. */
  ports(inputs: Readonly<Record<string, string>>): Promise<SettlePorts>;
  trunk(): Promise<RunEvent[]>;
  refs(): Promise<string[]>;
  /** Calls that git made to the server so far. */
  calls(): number;
  /** Bytes that went over the line so far, to the server and from it. */
  readonly traffic: Readonly<{ up: number; down: number }>;
  close(): Promise<void>;
}

/** Worlds that begin alike begin with a copy. */
const BEGUN = new Map<string, { readonly folders: string; readonly base: string }>();

async function pushGraph(home: string, server: string, source: string): Promise<void> {
  await git(home, "init", "--quiet", "--template=");
  await mkdir(join(home, "graphs"));
  await writeFile(join(home, "graphs/g.dot"), source);
  await git(home, "add", ".");
  await git(home, "commit", "--quiet", "-m", "graph");
  await git(home, "push", "--quiet", server, "HEAD:refs/heads/main");
}

export async function openHopWorld(
  count: number,
  attempt = 1,
  budgetUsd: number | null = null,
  runs: Runs = "all",
  coordinator: "app" | "workflow" = "app",
  dispatched: { readonly workflow?: string; readonly workflow_ref?: string } = {},
  command = "true",
): Promise<HopWorld> {
  const readOnly = runs === "trunk" || runs === "branches" ? "all" : "none";
  const names = Array.from({ length: count }, (_, n) => `b${n + 1}`);
  const source = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
    par [shape=component, max_parallel=300]; join [shape=tripleoctagon]
    ${names.map((name, n) => `${name} [${runs === "answered" && n === 0 ? "shape=hexagon" : `shape=parallelogram, tool_command="${command}"`}]`).join("\n")}
    prep [shape=parallelogram, tool_command="true"]
    start -> ${runs === "trunk" ? "prep; prep -> par" : "par"}; ${names.map((name) => `par -> ${name} -> join`).join("; ")}; join -> exit }`;
  const alike = JSON.stringify([source, attempt, budgetUsd, runs, coordinator, dispatched]);
  const begun = BEGUN.get(alike) ?? null;
  const server = await gitWorld(begun?.folders);
  const home = await server.folder("home");
  if (begun === null) await pushGraph(home, server.server, source);
  const base = begun?.base ?? (await git(home, "rev-parse", "HEAD"));

  const serverUrl = server.url.slice(0, -"/o/r.git".length);
  const temp = await server.folder("temp");
  const job: GitHubJob = {
    ...{
      repository: "o/r",
      serverUrl,
      apiUrl: serverUrl,
      runId: "77",
      attempt,
      sha: base,
      ref: "refs/heads/main",
    },
    ...{
      actor: "ada",
      triggeringActor: "ada",
      event: "workflow_dispatch",
      payload: {},
      workflowRef: "",
      summaryPath: null,
      temp,
    },
    workflowSha: "",
  };
  const remote = await openRemote(job, TOKEN, (text) => text, []);
  const trunk = openRun(source, base, budgetUsd, runs, coordinator, dispatched);
  const at = new Date(1_700_000_000_000).toISOString();
  if (begun === null) {
    await remote.ledger(RUN).create(trunk.log.map((event) => ({ ...bare(event), ts: at })));
    BEGUN.set(alike, { folders: await server.copy(), base });
  }
  const legs = plannedLegs(trunk.pipeline, trunk.state);
  if (!legs && runs !== "trunk") throw new Error("no fan-out is open");
  const fan = legs?.fan ?? { node: "par", visit: 1, baseCommit: base };
  const leg = (branch: PlannedBranch) => ({ branch, fan, base });
  const refOf = (branch: PlannedBranch, tried = attempt) => legRef(trunk.state, RUN, leg(branch), tried);
  const notices: string[] = [];
  const outputs = new Map<string, string>();
  const artifacts = new Map<string, Buffer>();
  let machines = 0;
  const portsFor = (
    job: GitHubJob,
    remote: Remote,
    inputs: Readonly<Record<string, string>>,
  ): SettlePorts => {
    const given = { run: RUN, token: TOKEN, "read-only": readOnly, ...inputs } as Record<string, string>;
    return {
      job,
      remote,
      inputs: readInputs((name) => given[name] ?? ""),
      say: {
        step: async (_name, work) => work(),
        output: (name, value) => void outputs.set(name, value),
        control: (name, value) => void outputs.set(name, value),
        notice: (text) => void notices.push(text),
        warning: () => undefined,
        fail: (text) => void notices.push(text),
        stage: () => undefined,
        event: () => undefined,
      },
      redact: (text) => text,
      secrets: [],
      stages: null,
      env: {},
      cancel: new AbortController().signal,
      deadline: { soft: Number.POSITIVE_INFINITY, hard: Number.POSITIVE_INFINITY, minutes: 360 },
      pace: 1,
      pause: async () => undefined,
      artifacts: () => stored(artifacts),
      coordinator: () => Promise.reject(new Error("the app decides")),
      tell: async () => undefined,
    };
  };
  return {
    remote,
    runId: RUN,
    artifacts,
    home,
    base,
    source,
    notices,
    outputs,
    refOf,
    branches: legs?.branches ?? [],
    calls: () => server.requests.length,
    traffic: server.traffic,
    close: () => server.close(),
    serverFolder: server.server,
    trunkLines: (commit) => trunkLines(trunk, commit),
    legLines: (branch, commit) => legLines(trunk, branch, commit),
    async write(branch, lines, tried) {
      await remote.legLedger(RUN, refOf(branch, tried)).create(lines.map((line) => ({ ...line, ts: at })));
    },
    async work(branch, files) {
      await git(home, "checkout", "--quiet", "--detach", base);
      putFiles(home, files);
      await git(home, "add", "--all");
      await git(home, "commit", "--quiet", "-m", "work");
      await git(home, "push", "--quiet", server.server, `HEAD:${refOf(branch)}-code`);
      return git(home, "rev-parse", "HEAD");
    },
    settle: async (inputs = {}) => runNext(portsFor(job, remote, { part: "next", ...inputs })),
    async ports(inputs) {
      const own = { ...job, temp: await server.folder(`machine-${machines++}`) };
      return portsFor(own, await openRemote(own, TOKEN, (text) => text, []), inputs);
    },
    trunk: async () =>
      (await (await openRemote(job, TOKEN, (text) => text, [])).ledger(RUN).read()).events.map(parseEvent),
    refs: async () =>
      (await git(server.server, "for-each-ref", "--format=%(refname)", "refs/attractor")).split("\n"),
  };
}

const stored = (artifacts: ReadonlyMap<string, Buffer>): Artifacts => ({
  take: async (name) => artifacts.get(name) ?? null,
});
