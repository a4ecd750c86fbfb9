/** Faults put into a run of this engine: lines are taken away, changed or added, and numbered anew. */
import type { Fault } from "./fault.ts";
import type { Json, RunFiles } from "./run-files.ts";

const MAIN = "progress.ndjson";

const change = (run: RunFiles, how: (lines: Json[]) => Json[]): void => {
  const before = (run.logs[MAIN] as Json[]).length;
  const lines = how(run.logs[MAIN] as Json[]);
  run.logs[MAIN] = lines.map((line, i) => ({ ...line, seq: i + 1 }));
  // The files beside the log know of it as far as they did.
  for (const name of ["checkpoint.json", "live.json"])
    if (run.json[name]?.seq === before) run.json[name].seq = lines.length;
};

const is =
  (event: string, node?: string) =>
  (line: Json): boolean =>
    line.event === event && (node === undefined || line.node_id === node);

/** After the line, at its time. */
const after = (run: RunFiles, which: (line: Json) => boolean, more: readonly Json[]): void =>
  change(run, (lines) => {
    const at = lines.findLastIndex(which);
    const { ts, run_id } = lines[at]!;
    return [
      ...lines.slice(0, at + 1),
      ...more.map((line) => ({ ts, run_id, ...line })),
      ...lines.slice(at + 1),
    ];
  });

const ATTEMPT = { visit: 1, attempt: 1, max: 1, handler: "tool" };
const fails = (node_id: string, visit: number, failure_reason: string, failure_signature: string): Json[] => [
  { event: "stage_attempt_start", node_id, ...ATTEMPT, visit },
  {
    ...{ event: "stage_attempt_end", node_id, ...ATTEMPT, visit, status: "fail", duration_ms: 5 },
    ...{ failure_reason, failure_signature, failure_class: "deterministic" },
  },
];

export const OUR_FAULTS: readonly Fault[] = [
  {
    name: "six rounds of one failure",
    expects: ["LOOP_SIGNATURE"],
    apply: (run) =>
      after(run, is("edge_selected", undefined), [
        ...[2, 3, 4, 5, 6, 7].flatMap((visit) =>
          fails("polish", visit, "no such file: a.txt", "polish|deterministic|x"),
        ),
        { event: "stage_attempt_start", node_id: "polish", ...ATTEMPT, visit: 8 },
        {
          event: "stage_attempt_end",
          node_id: "polish",
          ...ATTEMPT,
          visit: 8,
          status: "success",
          duration_ms: 1,
        },
      ]),
  },
  {
    name: "a failure without a cause",
    expects: ["LOST_CAUSE"],
    apply: (run) => after(run, is("stage_attempt_end", "a"), fails("b", 9, "", "b|deterministic|")),
  },
  {
    name: "a turn limit twice",
    expects: ["TURN_LIMIT_LOOP"],
    apply: (run) =>
      after(
        run,
        is("stage_attempt_end", "a"),
        [11, 12].flatMap((visit) =>
          fails("work", visit, "turn limit reached (max_turns=9)", "work|budget|turns"),
        ),
      ),
  },
  {
    name: "a status that could not be read",
    expects: ["STATUS_CONTRACT_MISMATCH"],
    apply: (run) =>
      after(
        run,
        is("stage_attempt_end", "a"),
        fails(
          "agent",
          1,
          "missing status.json (auto_status=false); looked at status.json: not there",
          "agent|d|s",
        ),
      ),
  },
  {
    name: "heartbeats of a stage that ended",
    expects: ["STALE_HEARTBEAT"],
    apply: (run) =>
      after(run, is("stage_attempt_end", "next"), [
        ...Array(3).fill({
          ...{ event: "stage_heartbeat", node_id: "next", visit: 1, attempt: 1 },
          ...{ elapsed_ms: 9, output_bytes: 0, since_last_output_ms: 9 },
        }),
      ]),
  },
  {
    name: "an attempt without an end",
    expects: ["UNFINISHED_ATTEMPT"],
    apply: (run) =>
      after(run, is("stage_attempt_end", "next"), [
        { event: "stage_attempt_start", node_id: "extra", ...ATTEMPT },
      ]),
  },
  {
    name: "a warning thirty times",
    expects: ["WARNING_FLOOD"],
    apply: (run) =>
      after(
        run,
        is("stage_attempt_end", "next"),
        Array.from({ length: 30 }, (_, i) => ({
          event: "warning",
          code: "x",
          message: `try ${i} was refused`,
        })),
      ),
  },
  {
    name: "a budget that ran out",
    expects: ["BUDGET_EXCEEDED"],
    apply: (run) =>
      after(run, is("stage_attempt_end", "next"), [
        {
          event: "budget_exceeded",
          what: "usd",
          limit: 5,
          spent: 5.2,
          explanation: "5.20 of 5.00 dollars are spent",
        },
      ]),
  },
  {
    name: "a stall",
    expects: ["STALLED"],
    apply: (run) =>
      after(run, is("stage_attempt_end", "next"), [
        { event: "stall_watchdog_timeout", node_id: "next", idle_ms: 600_000, stall_timeout_ms: 600_000 },
      ]),
  },
  {
    name: "a question that nobody answered",
    expects: ["GATE_UNANSWERED"],
    apply: (run) =>
      after(run, is("stage_attempt_end", "next"), [
        {
          event: "human_gate_waiting",
          node_id: "ask",
          gate: "ask/1",
          question: "?",
          options: [],
          timeout_ms: 1_000,
        },
        { event: "human_gate_answered", node_id: "ask", gate: "ask/1", by: "timeout", source: "timeout" },
      ]),
  },
  {
    name: "a cost that nobody tells",
    expects: ["COST_UNKNOWN"],
    apply: (run) =>
      change(run, (lines) =>
        lines.map((line) =>
          is("stage_attempt_end", "next")(line)
            ? { ...line, usage: [{ provider: "p", model: "m", cost_usd: null }] }
            : line,
        ),
      ),
  },
  {
    name: "a live.json of a stage that ended",
    expects: ["STALE_LIVE"],
    apply: (run) => {
      const current = [{ node_id: "next", visit: 1, attempt: 1, phase: "running" }];
      run.json["live.json"] = { ...run.json["live.json"], status: "running", current };
    },
  },
  {
    name: "retries that the checkpoint denies",
    expects: ["RETRIES_NOT_RECORDED", "LOOP_SIGNATURE"],
    apply: (run) =>
      after(
        run,
        is("stage_attempt_end", "a"),
        [1, 2, 3].flatMap((visit) => fails("again", visit, "no such host: x", "again|deterministic|host")),
      ),
  },
  {
    name: "patches in a form that is not taken",
    expects: ["PATCH_FORMAT_ERRORS"],
    apply: (run) => {
      const refused = {
        kind: "TOOL_CALL_END",
        ts: "2026-05-01T10:00:00Z",
        call_id: "c",
        tool: "apply_patch",
      };
      run.logs["next/v1-a1/events.ndjson"] = [
        { kind: "SESSION_START", ts: refused.ts },
        { ...refused, output: "applied:\nM a.txt" },
        { ...refused, error: "apply_patch: expected '*** Begin Patch'" },
        { ...refused, error: "*** Begin Patch is missing: the patch must begin with it" },
      ];
    },
  },
  {
    name: "a prompt that repeats itself",
    expects: ["CONTEXT_BLOAT"],
    apply: (run) => {
      const text = "- verify_scaffold: fail, look at it again\n".repeat(300);
      run.logs["next/v1-a2/events.ndjson"] = [{ kind: "USER_INPUT", ts: "2026-05-01T10:00:00Z", text }];
    },
  },
  {
    name: "a branch that was lost",
    expects: ["ORPHANED_BRANCH"],
    apply: (run) =>
      change(run, (lines) =>
        lines.map((line) =>
          line.event === "branch_completed" && String(line.branch_key).endsWith("02-b")
            ? { ...line, status: "fail", result: { ...(line.result as Json), left_by: "lost" } }
            : line,
        ),
      ),
  },
  {
    name: "branches that were never joined",
    expects: ["ORPHANED_BRANCH", "UNFINISHED_ATTEMPT"],
    apply: (run) =>
      change(run, (lines) =>
        lines.filter(
          (line) =>
            line.event !== "fanout_joined" &&
            !(line.event === "branch_completed" && String(line.branch_key).endsWith("01-a")) &&
            !is("stage_attempt_end", "par")(line),
        ),
      ),
  },
  {
    name: "a checkpoint from before the fan-out",
    expects: ["STALE_CHECKPOINT"],
    // What was written before them denies no retries.
    hides: ["RETRIES_NOT_RECORDED"],
    apply: (run) => Object.assign(run.json["checkpoint.json"]!, { seq: 4, current_node: "s" }),
  },
  {
    name: "a line twice",
    expects: ["DAMAGED_FILE"],
    apply: (run) => void run.logs[MAIN]!.splice(5, 0, structuredClone(run.logs[MAIN]![4]!)),
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
