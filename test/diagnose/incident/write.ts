/** Writes the run folder of the incident, as Kilroy laid one out at that time; always the same bytes. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { BRANCHES } from "./branches.ts";
import { type Line, oneLine, RUN_ID, textOf } from "./lines.ts";
import { STAGES } from "./sessions.ts";
import { completedNodes, START, trunk } from "./trunk.ts";

const HOME = `/home/user/.local/state/kilroy/attractor/runs/${RUN_ID}`;
const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

export function writeIncident(root: string): void {
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const lines = trunk();
  putLog(put, "", lines, completedNodes(), { ...zeros(completedNodes()) });
  for (const { key, lines: make } of BRANCHES) {
    const own = make();
    const done = own
      .filter(({ event }) => event === "stage_attempt_end")
      .map(({ node_id }) => String(node_id));
    putLog(put, `parallel/fanout/${key}/`, own, done, {});
  }
  for (const { branch, node, files } of STAGES)
    for (const [name, text] of Object.entries(files)) put(`parallel/fanout/${branch}/${node}/${name}`, text);
  put("manifest.json", json(MANIFEST));
  put("run_config.json", json(CONFIG));
  put("preflight_report.json", json(PREFLIGHT));
  put("graph.dot", GRAPH);
  // No machine gives a process this number.
  put("run.pid", "2147483647\n");
}

function putLog(
  put: (path: string, text: string) => void,
  at: string,
  lines: readonly Line[],
  done: readonly string[],
  node_retries: Readonly<Record<string, number>>,
): void {
  const ends = lines.filter(({ event }) => event === "stage_attempt_end");
  put(`${at}progress.ndjson`, textOf(lines));
  put(`${at}live.json`, `${oneLine(lines.at(-1)!)}\n`);
  const checkpoint = {
    timestamp: ends.at(-1)?.ts,
    current_node: done.at(-1),
    completed_nodes: done,
    node_retries,
    context: {},
    logs: [],
    git_commit_sha: "5f2c1b7e9a40d3c86e1f0a2b4c6d8e9f10213243",
  };
  put(`${at}checkpoint.json`, json(checkpoint));
}

/** A success sets a node's count back. */
const zeros = (nodes: readonly string[]) => Object.fromEntries(nodes.map((node) => [node, 0]));

const MANIFEST = {
  run_id: RUN_ID,
  graph_name: "rogue",
  goal: "port Rogue to Rust",
  kilroy_v1: true,
  started_at: START,
  logs_root: HOME,
  worktree: `${HOME}/worktree`,
  graph_dot: `${HOME}/graph.dot`,
  run_branch: `attractor/run/${RUN_ID}`,
  force_models: { anthropic: "opus", openai: "gpt-5.3-codex" },
};

const CONFIG = {
  version: 1,
  llm: {
    providers: {
      anthropic: { backend: "cli" },
      openai: { backend: "cli" },
      kimi: { backend: "api" },
      zai: { backend: "api" },
    },
  },
  runtime_policy: { stage_timeout_ms: 0, stall_timeout_ms: 1_800_000, stall_check_interval_ms: 5_000 },
};

const PREFLIGHT = {
  checks: Array.from({ length: 16 }, (_, i) => ({ name: `check_${i + 1}`, status: "pass", message: "ok" })),
  summary: { pass: 16, warn: 0, fail: 0 },
};

const GRAPH = `digraph rogue {
  start [shape=Mdiamond]; exit [shape=Msquare]
  impl_scaffold [shape=box]; verify_scaffold [shape=box]; check_scaffold [shape=diamond]
  fanout [shape=component]; join [shape=tripleoctagon]
  start -> impl_scaffold -> verify_scaffold -> check_scaffold
  check_scaffold -> impl_scaffold [condition="outcome=fail"]; check_scaffold -> fanout [condition="outcome=success"]
  fanout -> impl_dungeon -> join; fanout -> impl_combat_items -> join
  fanout -> impl_monsters -> join; fanout -> impl_player_io -> join
  join -> exit
}
`;
