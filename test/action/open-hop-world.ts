/** A claimed hop with an open fan-out on real git over HTTP, and jobs that can be played without a workflow. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { GitHubJob } from "../../action/github-env.ts";
import type { Artifacts } from "../../action/handoff/artifact-service.ts";
import { legRef } from "../../action/hop/leg.ts";
import { openRemote, type Remote } from "../../action/hop/remote.ts";
import type { SettlePorts } from "../../action/hop/settle-ports.ts";
import { readInputs } from "../../action/inputs.ts";
import { runNext } from "../../action/parts/next.ts";
import { mayAppend } from "../../engine/core/authority.ts";
import { decide } from "../../engine/core/decide.ts";
import type { PlannedBranch } from "../../engine/core/events/flow.ts";
import { type EventBody, parseEvent, type RunEvent } from "../../engine/core/events.ts";
import { plannedLegs } from "../../engine/core/legs.ts";
import { TRUNK } from "../../engine/core/state.ts";
import { digestOf } from "../../engine/digest.ts";
import { finish, pipelineOf, resumeWorld, start, type World, world } from "../core/world.ts";
import { git, gitWorld, TOKEN } from "../git/git-world.ts";

export const RUN = "r77";
/** Of every claim. */
export const NONCE = "5eed";

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

/**
 * What the claimed hop does: all of it, or where stage jobs may write nothing its trunk alone or its branches alone.
 * `answered`: its branches, while the first of them waits for a person, whose answer comes after the claim.
 */
export type Runs = "all" | "trunk" | "branches" | "answered";

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
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(home, path)), { recursive: true });
        await writeFile(join(home, path), text);
      }
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

function openRun(
  source: string,
  sha: string,
  usd: number | null,
  runs: Runs,
  coordinator: "app" | "workflow",
  dispatched: object,
): World {
  const trunk = world(pipelineOf(source), {
    coordinator,
    graph: { name: "g", digest: digestOf(source), path: "graphs/g.dot" },
    base_sha: sha,
    ...(usd === null
      ? {}
      : { budget: { usd, tokens: null, minutes: null, attempts: null, on_unknown: "allow" as const } }),
    github: {
      ...{ repository: "o/r", graph_sha: sha, config_path: ".github/attractor.yml" },
      ...{ durability: "stage", ...dispatched },
    },
  });
  trunk.append({ event: "hop_planned", hop: 1, epoch: 1, plan: { kind: "trunk" }, why: "it begins" });
  trunk.append({ event: "hop_started", hop: 1, epoch: 1, by: { run_id: "77", attempt: 1 }, nonce: NONCE });
  if (runs === "trunk") return trunk;
  for (;;) {
    const { event } = decide(trunk.pipeline, trunk.state);
    const reserves = event?.event === "budget_reserved";
    if (!event || !(reserves || mayAppend("trunk", event))) break;
    trunk.append(event);
  }
  if (runs === "all") return trunk;
  if (runs === "answered") ask(trunk, "b1");
  // Where branches leave artifacts a hop of their own runs them.
  trunk.append({ event: "hop_settled", hop: 1, epoch: 1, outcome: "done" });
  trunk.append({ event: "hop_planned", hop: 2, epoch: 2, plan: { kind: "trunk" }, why: "the run goes on" });
  trunk.append({ event: "hop_started", hop: 2, epoch: 2, by: { run_id: "77", attempt: 1 }, nonce: NONCE });
  if (runs === "answered") answer(trunk, "b1");
  return trunk;
}

/** As far as the branch's leg goes in the first hop. */
function ask(trunk: World, name: string): void {
  const { key, index, start_node } = plannedLegs(trunk.pipeline, trunk.state)!.branches.find(
    (branch) => branch.start_node === name,
  )!;
  const fan = { fan_node: "par", fan_visit: 1 };
  trunk.append({ event: "branch_started", branch_key: key, node_id: start_node, ...fan, index });
  for (;;) {
    const { event } = decide(trunk.pipeline, trunk.state, key);
    if (!event) break;
    trunk.append(event);
  }
  trunk.append({ event: "leg_paused", branch_key: key, why: "waiting" });
}

function answer(trunk: World, name: string): void {
  const asked = trunk.log.find((event) => event.event === "human_gate_waiting" && event.node_id === name);
  if (asked?.event !== "human_gate_waiting") throw new Error(`${name} asked nothing`);
  const { branch_key, node_id, visit, gate, options } = asked;
  const { label, to, edge } = options[0]!;
  trunk.append({
    ...{ event: "human_gate_answered", node_id, visit, gate, label, to, edge, by: "ada", source: "comment" },
    ...(branch_key === undefined ? {} : { branch_key }),
  });
}

function trunkLines(begun: World, commit: string | undefined): EventBody[] {
  const trunk = resumeWorld(begun.pipeline, begun.log);
  const before = trunk.log.length;
  for (;;) {
    const { event, effects } = decide(trunk.pipeline, trunk.state, TRUNK);
    const [effect] = effects;
    if (event && mayAppend("trunk", event)) trunk.append(event);
    else if (effect?.kind === "stage") {
      start(trunk, effect);
      finish(trunk, effect, { status: "success", ...(commit === undefined ? {} : { commit }) });
    } else break;
  }
  return trunk.log.slice(before).map(bare);
}

const bare = ({ seq: _s, ts: _t, run_id: _r, ...body }: RunEvent) => body as EventBody;

function legLines(trunk: World, branch: PlannedBranch, commit: string | undefined): EventBody[] {
  const leg = resumeWorld(trunk.pipeline, trunk.log);
  const before = leg.log.length;
  leg.append({
    ...{ event: "branch_started", branch_key: branch.key, node_id: branch.start_node },
    ...{ fan_node: "par", fan_visit: 1, index: branch.index },
  });
  const at = {
    branch_key: branch.key,
    node_id: branch.start_node,
    visit: 1,
    attempt: 1,
    max: 1,
    handler: "tool",
  };
  leg.append({ event: "stage_attempt_start", ...at });
  leg.append({
    ...{ event: "stage_attempt_end", ...at, status: "success", evidence: { exit_code: 0 }, duration_ms: 5 },
    usage: [{ provider: "ours", cost_usd: 3 }],
    ...(commit === undefined ? {} : { commit }),
  });
  for (;;) {
    const { event } = decide(leg.pipeline, leg.state, branch.key);
    if (!event || !mayAppend("leg", event, branch.key)) break;
    leg.append(event);
  }
  return leg.log.slice(before).map(bare);
}
