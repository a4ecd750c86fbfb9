/** Runs as Kilroy writes them when nothing is wrong: a success with three branches, a failure, a cancellation. */
import type { Json, RunFiles } from "./run-files.ts";

const T0 = Date.parse("2026-05-01T10:00:00Z");
export const RUN = "01KLABELLED0000000000000000";

/** Writes lines one after the other, a moment apart. */
export class Tape {
  readonly lines: Json[] = [];
  now: number;
  constructor(from: number) {
    this.now = from;
  }
  say(event: string, fields: Json = {}, after = 100): this {
    this.now += after;
    this.lines.push({ event, id: "0a1b2c3d", run_id: RUN, ts: new Date(this.now).toISOString(), ...fields });
    return this;
  }
  /** An attempt with a heartbeat each half minute. */
  attempt(node: string, seconds: number, end: Json, attempt = 1): this {
    const about = { node_id: node, attempt, max: 4 };
    this.say("stage_attempt_start", about);
    for (let s = 30; s < seconds; s += 30)
      this.say("stage_heartbeat", { node_id: node, elapsed_s: s, stdout_bytes: s, stderr_bytes: 0 }, 30_000);
    this.say("stage_attempt_end", { ...about, ...end }, (seconds % 30) * 1000 + 100);
    return this;
  }
  edge(from: string, to: string, condition = ""): this {
    return this.say("edge_selected", { from_node: from, to_node: to, condition, label: "" }, 1);
  }
}

export const GOOD = { status: "success" };
export const bad = (failure_reason: string) => ({ status: "fail", failure_reason });
const BRANCHES = ["impl_a", "impl_b", "impl_c"];

export const branchAt = (n: number, layout: "old" | "pass" = "old"): string =>
  `parallel/fan/${layout === "pass" ? "pass1/" : ""}0${n + 1}-${BRANCHES[n]}/`;

function branch(n: number, from: number): Tape {
  const name = BRANCHES[n]!;
  return new Tape(from)
    .attempt(name, 95 + n * 20, GOOD)
    .attempt(name.replace("impl", "verify"), 40, GOOD)
    .attempt(name.replace("impl", "check"), 0, GOOD);
}

const checkpoint = (tape: Tape, more: Json = {}): Json => {
  const ends = tape.lines.filter(({ event }) => event === "stage_attempt_end");
  return {
    timestamp: ends.at(-1)?.ts,
    current_node: ends.at(-1)?.node_id,
    completed_nodes: ends.map(({ node_id }) => node_id),
    node_retries: {},
    context: {},
    logs: [],
    git_commit_sha: "0123456789012345678901234567890123456789",
    ...more,
  };
};

/** What an agent leaves that was told one thing, asked one tool and was done. */
export const session = (node: string): Json[] => [
  { kind: "SESSION_START", timestamp: new Date(T0).toISOString(), session_id: node, data: {} },
  {
    kind: "USER_INPUT",
    timestamp: new Date(T0).toISOString(),
    session_id: node,
    data: { text: `Do ${node}.` },
  },
  {
    kind: "TOOL_CALL_END",
    timestamp: new Date(T0).toISOString(),
    session_id: node,
    data: { tool_name: "apply_patch", call_id: "c1", is_error: false, full_output: "Done" },
  },
  { type: "result", num_turns: 3, total_cost_usd: 0.25 },
  { kind: "SESSION_END", timestamp: new Date(T0).toISOString(), session_id: node, data: {} },
];

/** `pass`: as of later versions, whose parent hears of its branches. */
export function cleanKilroy(layout: "old" | "pass"): RunFiles {
  const tape = new Tape(T0);
  tape.attempt("start", 0, GOOD).edge("start", "impl").attempt("impl", 200, GOOD).edge("impl", "fan");
  tape.say("stage_attempt_start", { node_id: "fan", attempt: 1, max: 4 });
  const run: RunFiles = { logs: {}, json: {} };
  const begun = tape.now;
  for (const n of BRANCHES.keys()) {
    const own = branch(n, begun + n);
    const at = branchAt(n, layout);
    run.logs[`${at}progress.ndjson`] = own.lines;
    run.logs[`${at}${BRANCHES[n]}/events.ndjson`] = session(BRANCHES[n]!);
    run.json[`${at}live.json`] = own.lines.at(-1)!;
    run.json[`${at}checkpoint.json`] = checkpoint(own);
    if (layout === "pass")
      for (const line of own.lines.filter(({ event }) => event !== "stage_heartbeat"))
        tape.say("branch_progress", {
          branch_key: BRANCHES[n],
          branch_event: line.event,
          branch_node_id: line.node_id,
        });
    tape.now = Math.max(tape.now, own.now);
  }
  tape.say("stage_attempt_end", { node_id: "fan", attempt: 1, max: 4, status: "success" });
  tape.edge("fan", "join").attempt("join", 0, GOOD).edge("join", "ship").attempt("ship", 70, GOOD);
  tape.edge("ship", "exit").attempt("exit", 0, GOOD);
  run.json["checkpoint.json"] = checkpoint(tape);
  run.json["final.json"] = { timestamp: tape.lines.at(-1)?.ts, status: "success", run_id: RUN };
  tape.say("run_completed", { status: "success" });
  run.logs["progress.ndjson"] = tape.lines;
  run.json["live.json"] = tape.lines.at(-1)!;
  return run;
}

/** `fail`: a stage failed and no edge was there for it; `canceled`: a person stopped it in the middle of a stage. */
export function endedKilroy(status: "fail" | "canceled"): RunFiles {
  const tape = new Tape(T0);
  tape.attempt("start", 0, GOOD).edge("start", "impl").attempt("impl", 200, GOOD).edge("impl", "test");
  if (status === "fail") {
    for (const attempt of [1, 2])
      tape.attempt("test", 50, bad("exit status 1: 3 of 40 tests failed"), attempt);
    tape.say("deterministic_failure_cycle_check", {
      ...{
        node_id: "test",
        signature: "test|deterministic|exit status <n>",
        signature_count: 1,
        signature_limit: 3,
      },
      ...{ failure_class: "deterministic", failure_reason: "exit status 1: 3 of 40 tests failed" },
    });
  } else tape.attempt("test", 50, bad("stopped by signal terminated"));
  const reason = status === "fail" ? "exit status 1: 3 of 40 tests failed" : "stopped by operator";
  const run: RunFiles = {
    logs: {},
    json: { "checkpoint.json": checkpoint(tape, { node_retries: { test: 1 } }) },
  };
  run.json["final.json"] = { timestamp: tape.lines.at(-1)?.ts, status, run_id: RUN, failure_reason: reason };
  tape.say("run_failed", { status, reason });
  run.logs["progress.ndjson"] = tape.lines;
  run.json["live.json"] = tape.lines.at(-1)!;
  return run;
}
