/** A run that failed in one of two branches, as the reports' tests see it. */
import type { ReportModel, StageRow } from "../../engine/report/model.ts";
import type { Picture, PictureEdge, PictureNode } from "../../engine/report/picture.ts";

export const node = (
  id: string,
  kind: PictureNode["kind"] = "tool",
  more: Partial<PictureNode> = {},
): PictureNode => ({
  id,
  label: id,
  kind,
  detail: "",
  goalGate: false,
  ...more,
});

export const edge = (from: string, to: string, more: Partial<PictureEdge> = {}): PictureEdge => ({
  from,
  to,
  label: "",
  condition: "",
  when: "",
  tone: "plain",
  restart: false,
  ...more,
});

export const picture = (
  nodes: readonly PictureNode[],
  edges: readonly PictureEdge[],
  more: Partial<Picture> = {},
): Picture => ({
  name: "g",
  title: "g",
  goal: "",
  direction: "TB",
  nodes,
  edges,
  groups: [],
  ...more,
});

export const stage = (id: string, state: StageRow["state"], more: Partial<StageRow> = {}): StageRow => ({
  id,
  label: id,
  state,
  visits: 1,
  attempts: 1,
  durationMs: 1200,
  tokens: 0,
  costUsd: 0,
  costComplete: true,
  ...more,
});

const CAUSE = {
  node_id: "verify_monsters",
  reason: "turn limit reached (max_turns=8)\nlast tool: `cargo test` | 3 failed",
  class: "budget_exhausted",
  signature: "turn_limit",
  branch_key: "03-impl_monsters",
} as const;

export const failedRun: ReportModel = {
  runId: "01KH3DN4STSZ3MVKB58YY6RE57",
  graph: "graphs/rogue-slow/rogue-slow.dot",
  goal: "Port the game",
  status: "fail",
  notReal: [],
  notConfined: [],
  failedBranches: [],
  work: null,
  earlier: [],
  restartBlocked: null,
  startedAt: "2026-11-27T01:00:00.000Z",
  durationMs: 28_020_000,
  story: {
    sentence: "Verify the monsters failed: turn limit reached (max_turns=8)",
    aside: "a limit was reached",
    advice: "Raise the limit that it names, then resume.",
  },
  causes: [
    {
      node_id: "join",
      label: "Join",
      reason: "all parallel branches failed",
      class: "deterministic",
      signature: "join|2",
    },
    { ...CAUSE, label: "Verify the monsters" },
  ],
  current: [],
  path: [
    { id: "fanout", label: "Fan out", state: "success", visits: 1 },
    { id: "join", label: "Join", state: "fail", visits: 2 },
  ],
  picture: picture(
    [
      node("start", "start"),
      node("fanout", "parallel"),
      node("verify_monsters", "agent"),
      node("join", "parallel.fan_in"),
    ],
    [edge("start", "fanout"), edge("fanout", "verify_monsters"), edge("verify_monsters", "join")],
  ),
  stages: [
    stage("start", "success"),
    stage("fanout", "success"),
    stage("verify_monsters", "fail", {
      visits: 3,
      attempts: 4,
      tokens: 120_400,
      costUsd: 7.88421675,
      costComplete: false,
      branchKey: "03-impl_monsters",
    }),
    stage("join", "fail"),
  ],
  branches: [
    {
      key: "01-impl_dungeon",
      label: "Dungeon",
      fanOut: "fanout",
      state: "success",
      cause: null,
      durationMs: 900_000,
      tokens: null,
      costUsd: null,
      costComplete: false,
    },
    {
      key: "03-impl_monsters",
      label: "Monsters",
      fanOut: "fanout",
      state: "fail",
      cause: CAUSE,
      durationMs: 2_890_000,
      tokens: 120_400,
      costUsd: 0,
      costComplete: true,
    },
  ],
  pauses: [],
  gates: [],
  findings: [
    {
      code: "LOOP_SIGNATURE",
      severity: "error",
      title: "The same failure came back four times",
      evidence: "verify_monsters, turn_limit, events 310 to 702",
      advice: "Raise max_agent_turns or split the stage.",
    },
  ],
  providers: [
    {
      provider: "anthropic",
      model: "claude-x",
      calls: 9,
      inputTokens: 120_000,
      outputTokens: 400,
      costUsd: 7.88421675,
      costComplete: false,
    },
  ],
  ledger: null,
  totals: { attempts: 7, durationMs: 28_020_000, tokens: 120_400, costUsd: 7.88421675, costComplete: false },
  next: [{ command: "/attractor resume", why: "go on after the last completed stage" }],
  links: [{ title: "Job", url: "https://github.com/o/r/actions/runs/1" }],
};
