/** What the agents of the branches left in their stages' folders: events of sessions, results of command lines. */
import { at, iso } from "./lines.ts";

export interface StageFiles {
  readonly branch: string;
  readonly node: string;
  readonly files: Readonly<Record<string, string>>;
}

const PATCH = "apply_patch: expected '*** Begin Patch'";
const PATCH_LINE = 'apply_patch: unexpected line: "--- src/monsters.rs"';
const MISSING = "open .ai/rogue_architecture.md: no such file or directory";
const COMPILE =
  "error[E0425]: cannot find value `depth` in this scope\nerror: could not compile `rogue` (bin) due to 1 previous error";

/** A prompt of that many characters, most of which says again which nodes were done. */
function prompt(node: string, chars: number): string {
  const round = "- impl_scaffold: success\n- verify_scaffold: fail\n- check_scaffold: fail\n";
  const head = `Kilroy Context\nGoal: port Rogue to Rust\nCompletedNodes:\n- start: success\n`;
  const task = `\nYour stage is ${node}. Keep to .ai/rogue_architecture.md and write your status as JSON.\n`;
  return `${head}${round.repeat(chars / round.length)}`.slice(0, chars - task.length) + task;
}

function session(node: string, from: string, chars: number, errors: readonly string[], turns: number | null) {
  const kinds: (readonly [string, object])[] = [
    ["SESSION_START", { model: "m" }],
    ["USER_INPUT", { text: prompt(node, chars) }],
    ...errors.flatMap((full_output, i) => {
      const call = { call_id: `c${i}`, tool_name: full_output === COMPILE ? "shell" : "apply_patch" };
      const tool = full_output === MISSING ? { ...call, tool_name: "read_file" } : call;
      return [
        ["TOOL_CALL_START", tool] as const,
        ["TOOL_CALL_END", { ...tool, is_error: true, full_output }] as const,
      ];
    }),
    ...(turns === null ? [] : [["TURN_LIMIT", { max_turns: turns }] as const]),
  ];
  return kinds
    .map(([kind, data], i) => ({
      kind,
      timestamp: iso(at(from) + i * 20_000),
      session_id: `${node}-1`,
      data,
    }))
    .map((line) => `${JSON.stringify(line)}\n`)
    .join("");
}

const STATUS = `${JSON.stringify({ outcome: "success", notes: "combat and items are ported, tests pass" })}\n`;

/** A command line's own events: the last one has turns and cost. */
function commandLine(ms: number, turns: number, usd: number): Record<string, string> {
  const events = [
    { type: "system", subtype: "init", model: "opus" },
    { type: "assistant", message: { content: [{ type: "text", text: "The tables are done." }] } },
    {
      type: "result",
      subtype: "success",
      is_error: false,
      num_turns: turns,
      total_cost_usd: usd,
      duration_ms: ms,
    },
  ];
  const text = events.map((line) => `${JSON.stringify(line)}\n`).join("");
  return {
    "stdout.log": text,
    "events.ndjson": text,
    "cli_timing.json": JSON.stringify({ duration_ms: ms, exit_code: 0 }),
    "provider_used.json": JSON.stringify({ backend: "cli", provider: "anthropic", model: "opus" }),
  };
}

const api = (branch: string, node: string, provider: string, model: string, events: string): StageFiles => ({
  branch,
  node,
  files: {
    "events.ndjson": events,
    "provider_used.json": JSON.stringify({ backend: "api", mode: "agent_loop", provider, model }),
  },
});

const [B2, B3, B4] = ["02-impl_combat_items", "03-impl_monsters", "04-impl_player_io"] as const;

export const STAGES: readonly StageFiles[] = [
  { branch: B2, node: "impl_combat_items", files: commandLine(534_529, 104, 4.83383475) },
  { branch: B2, node: "verify_combat_items", files: commandLine(268_578, 44, 3.050382) },
  { branch: B2, node: "worktree/.ai", files: { "status.json": STATUS } },
  api(
    B3,
    "impl_monsters",
    "zai",
    "glm-4.7",
    session("impl_monsters", "16:55:31", 8_497, [PATCH, PATCH_LINE, MISSING, PATCH], 25),
  ),
  api(B3, "verify_monsters", "zai", "glm-4.7", session("verify_monsters", "17:03:41", 3_100, [COMPILE], 8)),
  api(
    B4,
    "impl_player_io",
    "kimi",
    "kimi-k2.5",
    session("impl_player_io", "16:47:31", 9_417, [PATCH, COMPILE, MISSING, COMPILE, PATCH, COMPILE], 25),
  ),
  api(B4, "verify_player_io", "kimi", "kimi-k2.5", session("verify_player_io", "17:09:21", 3_200, [], null)),
];
