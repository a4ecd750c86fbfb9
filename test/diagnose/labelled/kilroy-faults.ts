/** Faults put into Kilroy's runs; those that take the end away come last, so that pairs can be applied in this order. */
import type { Fault } from "./fault.ts";
import { branch, goOn, insert, isStart, linesOf, MAIN } from "./kilroy-edits.ts";
import { bad, GOOD, session, type Tape } from "./kilroy-run.ts";

function check(tape: Tape, node: string, reason: string, count: number, limit = 9): void {
  tape.say("deterministic_failure_cycle_check", {
    ...{
      node_id: node,
      signature: `${node}|deterministic|x`,
      signature_count: count,
      signature_limit: limit,
    },
    ...{ failure_class: "deterministic", failure_reason: reason },
  });
}

/** A stage that fails, round after round, and then passes. */
function rounds(tape: Tape, node: string, reasons: readonly string[], counted: (i: number) => number): void {
  for (const [i, reason] of reasons.entries()) {
    tape.attempt(node, 61, bad(reason));
    check(tape, node, reason, counted(i), 9);
    tape.edge(node, node, "outcome=fail");
  }
}

const SAME = "cargo check: couldn't read `src/lib.rs`: No such file or directory (os error 2)";
const ONE_CAUSE = [
  "src/lib.rs is missing, so `cargo check` cannot find the library target",
  "cargo check: couldn't read `src/lib.rs`: No such file or directory (os error 2)",
  "expected file src/lib.rs was not created by the scaffold stage, and cargo check fails",
  "no library target: src/lib.rs does not exist and cargo check cannot go on",
  "cargo check fails with 101: src/lib.rs is missing",
  "the library target has no src/lib.rs, cargo check exits with 101",
];
const MANY_CAUSES = [
  "error[E0308]: mismatched types in src/map.rs: expected usize, found i32",
  "undefined reference to `level_load` while linking main.o",
  "ncurses.h: No such file or directory",
  "assertion failed: rooms_do_not_overlap",
  "the page index.html does not load game.wasm",
  "unused variable depth is denied by the lint",
  "port 8080 is already allocated to another server",
  "the save file cannot be parsed: bad magic number",
];

export const KILROY_FAULTS: readonly Fault[] = [
  {
    name: "a breaker blind in a branch",
    expects: ["BREAKER_BLIND"],
    apply: (run) =>
      goOn(run, 0, (tape) => {
        for (let i = 0; i < 2; i++) tape.attempt("verify_a", 31, bad(SAME));
        tape.attempt("verify_a", 31, GOOD);
      }),
  },
  {
    name: "a turn limit twice",
    expects: ["TURN_LIMIT_LOOP"],
    apply: (run) =>
      goOn(run, 2, (tape) => {
        for (const n of [1, 2]) {
          tape.attempt("impl_c", 61, bad("turn limit reached (max_turns=25)"));
          check(tape, "impl_c", "turn limit reached (max_turns=25)", n);
        }
        tape.attempt("impl_c", 61, GOOD);
      }),
  },
  {
    name: "a status where nobody looked",
    expects: ["STATUS_CONTRACT_MISMATCH"],
    apply: (run) => {
      goOn(run, 1, (tape) => tape.attempt("verify_b", 31, bad("missing status.json (auto_status=false)")));
      run.json[`${branch(run, 1)}worktree/.ai/status.json`] = { outcome: "success" };
    },
  },
  {
    name: "a check without a cause",
    expects: ["LOST_CAUSE"],
    apply: (run) =>
      goOn(run, 1, (tape) =>
        tape.attempt("check_b", 0, bad('failure_reason must be non-empty when status="fail"')),
      ),
  },
  {
    name: "retries that the checkpoint denies",
    expects: ["RETRIES_NOT_RECORDED", "LOOP_SIGNATURE"],
    apply: (run) =>
      goOn(run, 2, (tape) => {
        for (let i = 1; i <= 3; i++) {
          tape.attempt("ship_c", 31, bad(SAME));
          check(tape, "ship_c", SAME, i);
        }
      }),
  },
  {
    name: "an attempt without an end",
    expects: ["UNFINISHED_ATTEMPT"],
    apply: (run) =>
      goOn(run, 1, (tape) => tape.say("stage_attempt_start", { node_id: "extra_b", attempt: 1, max: 4 })),
  },
  {
    name: "a loop that was overcome after six rounds",
    expects: ["LOOP_SIGNATURE"],
    apply: (run) =>
      insert(run, isStart("exit"), (tape) => {
        rounds(tape, "polish", Array(6).fill(SAME), (i) => i + 1);
        tape.attempt("polish", 10, GOOD);
      }),
  },
  {
    name: "one cause in six texts",
    expects: ["FRAGMENTED_SIGNATURES", "LOOP_SIGNATURE"],
    apply: (run) =>
      insert(run, isStart("exit"), (tape) => {
        rounds(tape, "review", ONE_CAUSE, () => 1);
        tape.attempt("review", 10, GOOD);
      }),
  },
  {
    name: "eight rounds before the fan-out",
    expects: ["PRE_FANOUT_CHURN"],
    apply: (run) =>
      insert(run, isStart("fan"), (tape) => {
        for (const [i, reason] of MANY_CAUSES.entries()) {
          tape.attempt("build", 301, bad(reason));
          check(tape, "build", reason, 1);
          tape.edge("build", "build", `outcome=fail && round=${i}`);
        }
        tape.attempt("build", 301, GOOD).edge("build", "fan", "outcome=success");
      }),
  },
  {
    name: "heartbeats of a stage that ended",
    expects: ["STALE_HEARTBEAT"],
    apply: (run) =>
      insert(run, isStart("exit"), (tape) => {
        for (let i = 0; i < 5; i++)
          tape.say(
            "stage_heartbeat",
            { node_id: "impl", elapsed_s: 900 + i * 30, stdout_bytes: 1, stderr_bytes: 0 },
            30_000,
          );
      }),
  },
  {
    name: "a warning thirty times",
    expects: ["WARNING_FLOOD"],
    apply: (run) =>
      insert(run, isStart("ship"), (tape) => {
        for (let i = 0; i < 30; i++)
          tape.say("warning", { message: `schema ${i} was refused; trying again without it` });
      }),
  },
  {
    name: "a stall",
    expects: ["STALLED"],
    apply: (run) => {
      insert(run, isStart("exit"), (tape) => {
        tape.say("stall_watchdog_timeout", { stall_timeout_ms: 600_000, idle_ms: 600_312 }, 600_000);
      });
      Object.assign(run.json["final.json"]!, {
        status: "fail",
        failure_reason: "stall watchdog timeout after 10m0s",
      });
    },
  },
  {
    name: "patches in a form that is not taken",
    expects: ["PATCH_FORMAT_ERRORS"],
    apply: (run) => {
      const path = `${branch(run, 0)}impl_a/events.ndjson`;
      const wrong = ["apply_patch: expected '*** Begin Patch'", 'apply_patch: unexpected line: "--- a/x.rs"'];
      const failed = wrong.map((full_output) => ({
        kind: "TOOL_CALL_END",
        data: { tool_name: "apply_patch", call_id: "c2", is_error: true, full_output },
      }));
      run.logs[path] = [...linesOf(run, path), ...failed];
    },
  },
  {
    name: "a prompt that repeats itself",
    expects: ["CONTEXT_BLOAT"],
    apply: (run) => {
      const text = "- verify_scaffold: fail, look at it again\n".repeat(300);
      run.logs[`${branch(run, 1)}impl_b/events.ndjson`]!.push({ kind: "USER_INPUT", data: { text } });
    },
  },
  {
    name: "a stage whose cost nobody tells",
    expects: ["COST_UNKNOWN"],
    apply: (run) => {
      const kept = session("verify_c").filter(({ type }) => type !== "result");
      run.logs[`${branch(run, 2)}verify_c/events.ndjson`] = kept;
    },
  },
  {
    name: "a checkpoint that lists the same again and again",
    expects: ["CHECKPOINT_BLOAT"],
    apply: (run) => {
      run.json["checkpoint.json"]!.completed_nodes = Array.from({ length: 80 }, (_, i) => `n${i % 9}`);
    },
  },
  {
    name: "a torn line in the middle",
    expects: ["DAMAGED_FILE"],
    apply: (run) => void run.logs[MAIN]!.splice(6, 0, '{"event":"stage_heartbeat","node_id":"im'),
  },
  {
    name: "a live.json of a stage that ended",
    expects: ["STALE_LIVE"],
    apply: (run) => {
      run.json["live.json"] = {
        event: "stage_heartbeat",
        node_id: "impl",
        ts: "2026-05-01T10:03:00Z",
        elapsed_s: 9,
      };
    },
  },
  {
    name: "a checkpoint from long before",
    expects: ["STALE_CHECKPOINT"],
    apply: (run) =>
      Object.assign(run.json["checkpoint.json"]!, {
        timestamp: "2026-05-01T10:00:01Z",
        current_node: "start",
      }),
  },
  {
    name: "branches that were never joined",
    expects: ["ORPHANED_BRANCH", "UNFINISHED_ATTEMPT"],
    apply: (run) => {
      const lines = linesOf(run, MAIN);
      run.logs[MAIN] = lines.filter(
        ({ event, node_id }) => event !== "stage_attempt_end" || node_id !== "fan",
      );
    },
  },
  {
    name: "branches that their run does not tell of",
    expects: ["BRANCHES_INVISIBLE"],
    apply: (run) => {
      run.logs[MAIN] = run.logs[MAIN]!.filter(
        (line) => typeof line === "string" || line.event !== "branch_progress",
      );
    },
  },
  {
    name: "no end",
    expects: ["NO_TERMINAL_RECORD"],
    apply: (run) => {
      delete run.json["final.json"];
      run.logs[MAIN] = run.logs[MAIN]!.filter(
        (line) => typeof line === "string" || line.event !== "run_completed",
      );
    },
  },
];
