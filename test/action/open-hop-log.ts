/** What honest jobs write into the log of a claimed hop with an open fan-out. */
import { mayAppend } from "../../engine/core/authority.ts";
import { decide } from "../../engine/core/decide.ts";
import type { PlannedBranch } from "../../engine/core/events/flow.ts";
import type { EventBody, RunEvent } from "../../engine/core/events.ts";
import { plannedLegs } from "../../engine/core/legs.ts";
import { TRUNK } from "../../engine/core/state.ts";
import { digestOf } from "../../engine/digest.ts";
import { finish, pipelineOf, resumeWorld, start, type World, world } from "../core/world.ts";

/** Of every claim. */
export const NONCE = "5eed";

/**
 * What the claimed hop does: all of it, or where stage jobs may write nothing its trunk alone or its branches alone.
 * `answered`: its branches, while the first of them waits for a person, whose answer comes after the claim.
 */
export type Runs = "all" | "trunk" | "branches" | "answered";

export function openRun(
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

export function trunkLines(begun: World, commit: string | undefined): EventBody[] {
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

export const bare = ({ seq: _s, ts: _t, run_id: _r, ...body }: RunEvent) => body as EventBody;

export function legLines(trunk: World, branch: PlannedBranch, commit: string | undefined): EventBody[] {
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
