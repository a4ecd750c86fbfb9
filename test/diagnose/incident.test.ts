/** Every number that people worked out by hand for the report on the incident, from its rebuilt folder alone. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Diagnosis, diagnose } from "../../engine/diagnose/diagnosis.ts";
import type { Finding, FindingCode } from "../../engine/diagnose/finding.ts";
import { readRun } from "../../engine/diagnose/folder/read-run.ts";
import { writeIncident } from "./incident/write.ts";

let root = "";
let said: Diagnosis;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "incident-"));
  writeIncident(root);
  said = diagnose(await readRun(root, Date.parse("2026-02-11T08:00:00Z")));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const all = (code: FindingCode): Finding[] => said.findings.filter((one) => one.code === code);
const only = (code: FindingCode, about = ""): Finding => {
  const found = all(code).filter(({ title, evidence }) => `${title} ${evidence}`.includes(about));
  expect(found, `${code} ${about}`).toHaveLength(1);
  return found[0]!;
};
const node = (branch: string, id: string) =>
  said.nodes.find((one) => one.branch === branch && one.node === id)!;
const [B1, B2, B3, B4] = [
  "fanout/01-impl_dungeon",
  "fanout/02-impl_combat_items",
  "fanout/03-impl_monsters",
  "fanout/04-impl_player_io",
] as const;

describe("R-OBS-2: the incident", () => {
  it("never ended: 7 h 47 m from 09:22:03 to 17:10:00, without a final.json", () => {
    expect(said).toMatchObject({
      run_id: "01KH3DN4STSZ3MVKB58YY6RE57",
      engine: "kilroy",
      status: "no_end",
      started_at: "2026-02-10T09:22:03.948370657Z",
      last_event_at: "2026-02-10T17:10:00.10969594Z",
    });
    const { severity, title, evidence, where } = only("NO_TERMINAL_RECORD");
    expect([severity, title]).toEqual(["error", "the run never ended: it stopped in fanout"]);
    expect(evidence).toContain("there is no final.json");
    expect(evidence).toContain("7 h 47 m 56 s after the start");
    expect(evidence).toContain("4 of 4 branches have no end either");
    expect(where).toMatchObject([{ file: "progress.ndjson", line: 39_737 }]);
  });

  it("spent 6 h 59 m 45 s, 89.7 %, in 36 rounds of the scaffold, and 48 m 10 s in the fan-out", () => {
    const { evidence, numbers, where } = only("PRE_FANOUT_CHURN");
    expect(evidence).toContain("6 h 59 m 45 s of 7 h 47 m 56 s");
    expect(evidence).toContain("impl_scaffold was entered 36 times");
    expect(evidence).toContain("after it 48 m 10 s were left");
    expect(numbers).toMatchObject({ share_percent: 89.7, rounds: 36, back: 35 });
    expect(where).toMatchObject([{ ts: "2026-02-10T16:21:49.878354873Z" }]);
  });

  it("counts the lines of its log, and how the scaffold ended", () => {
    expect(said.events).toEqual({
      stage_heartbeat: 39_166,
      stage_attempt_start: 124,
      stage_attempt_end: 123,
      edge_selected: 123,
      warning: 84,
      deterministic_failure_cycle_check: 77,
      stage_retry_blocked: 40,
    });
    expect(node("", "verify_scaffold")).toMatchObject({ executions: 36, failed: 35 });
    expect(node("", "check_scaffold")).toMatchObject({ executions: 36, failed: 35 });
    const impl = node("", "impl_scaffold");
    expect(impl.executions - impl.failed).toBe(33);
    const hours = (ms: number) => Math.round(ms / 36_000) / 100;
    expect(impl.duration_ms).toMatchObject({ min: 171_000, median: 294_000, max: 1_188_000 });
    expect(hours(impl.duration_ms!.total)).toBe(3.62);
    const verify = node("", "verify_scaffold").duration_ms!;
    expect(verify).toMatchObject({ min: 132_000, median: 230_000, max: 299_000 });
    expect(hours(verify.total)).toBe(2.25);
  });

  it("told one cause in 31 distinct of 35 reasons, so that the breaker counted to 2 of 3", () => {
    const { numbers, evidence } = only("FRAGMENTED_SIGNATURES", "35 failures");
    expect(numbers).toMatchObject({ failures: 35, texts: 31, checks: 77, most_counted: 2, limit: 3 });
    expect(numbers.signatures).toBeLessThanOrEqual(3);
    expect(evidence).toContain("35 failures, 31 distinct reasons");
    expect(only("LOOP_SIGNATURE", "verify_scaffold").numbers.count).toBeGreaterThanOrEqual(30);
  });

  it("sent 7,944 heartbeats over 2,890 s after its last other line, from nodes that had ended", () => {
    const { numbers, evidence, where } = only("STALE_HEARTBEAT", "impl_scaffold");
    expect(numbers).toMatchObject({
      after_last_line: 7_944,
      span_s: 2_890,
      "node.impl_scaffold": 3_514,
      "node.verify_scaffold": 3_470,
    });
    expect(numbers["node.impl_architecture"]).toBeGreaterThan(0);
    expect(numbers["node.verify_architecture"]).toBeGreaterThan(0);
    expect(evidence).toContain("stage_attempt_start at 2026-02-10T16:21:49.878354873Z");
    expect(where.map(({ line }) => line)).toEqual([31_793, 39_737]);
  });

  it("branch 01 succeeded, and sent 140 heartbeats for another 1,661 s", () => {
    expect(only("STALE_HEARTBEAT", B1).numbers).toMatchObject({ after_last_line: 140, span_s: 1_661 });
    expect(only("STALE_HEARTBEAT", B1).evidence).toContain("2026-02-10T16:42:11.818881199Z");
    expect(only("ORPHANED_BRANCH").evidence).toContain(`${B1}: last check_dungeon success at 16:42:11`);
    expect(only("STALE_HEARTBEAT", B1).where.at(-1)?.ts).toBe("2026-02-10T17:09:53.173452309Z");
  });

  it("branch 02 lost good work to a file name: exit 0, 104 and 44 turns, 7.88421675 dollars", () => {
    const { evidence, numbers, where } = only("STATUS_CONTRACT_MISMATCH");
    expect(evidence).toContain('"missing status.json (auto_status=false)"');
    expect(evidence).toContain("worktree/.ai/status.json says success");
    expect(evidence).toContain("impl_combat_items exited 0 after 8 m 54 s and 104 turns");
    expect(evidence).toContain("verify_combat_items exited 0 after 4 m 28 s and 44 turns");
    expect(numbers.usd).toBe(7.88421675);
    expect(where.at(-1)?.file).toBe("parallel/fanout/02-impl_combat_items/worktree/.ai/status.json");
  });

  it("branches 03 and 04 ran into turn limits: 4 and 4, 2 and 1 times", () => {
    const loops = all("TURN_LIMIT_LOOP").map(({ title, numbers }) => [title, numbers.count]);
    expect(loops).toEqual([
      [`impl_monsters ran into its turn limit 4 times in branch ${B3}`, 4],
      [`verify_monsters ran into its turn limit 4 times in branch ${B3}`, 4],
      [`impl_player_io ran into its turn limit twice in branch ${B4}`, 2],
    ]);
    expect(only("TURN_LIMIT_LOOP", "impl_monsters ran").evidence).toContain("(max_turns=25)");
    expect(only("TURN_LIMIT_LOOP", "verify_monsters ran").evidence).toContain("(max_turns=8)");
    expect(node(B4, "verify_player_io")).toMatchObject({ executions: 2, failed: 1 });
  });

  it("checks lost the cause of what failed before them", () => {
    const lost = all("LOST_CAUSE").map(({ title, evidence }) => ({ title, evidence }));
    expect(lost.map(({ title }) => title)).toEqual([
      `check_combat_items failed 3 times without saying why in branch ${B2}`,
      `check_monsters failed 4 times without saying why in branch ${B3}`,
      `check_player_io failed once without saying why in branch ${B4}`,
    ]);
    for (const { evidence } of lost)
      expect(evidence).toContain("failure_reason must be non-empty when status=");
    expect(lost[1]?.evidence).toContain('verify_monsters failed: "turn limit reached (max_turns=8)"');
  });

  it("tool calls failed: 3 and 2 for the patch format, others for compiler and a missing file", () => {
    expect(only("PATCH_FORMAT_ERRORS", B3).evidence).toBe(
      "impl_monsters: 4 failed tool calls, 3 of the patch format, 1 for a missing file (.ai/rogue_architecture.md); verify_monsters: 1 failed tool call, 1 of the compiler",
    );
    expect(only("PATCH_FORMAT_ERRORS", B4).evidence).toBe(
      "impl_player_io: 6 failed tool calls, 2 of the patch format, 3 of the compiler, 1 for a missing file (.ai/rogue_architecture.md)",
    );
  });

  it("live.json and checkpoint.json were behind: verify_scaffold and check_scaffold, while fanout was open", () => {
    expect(only("STALE_LIVE").evidence).toContain("live.json says stage_heartbeat of verify_scaffold");
    expect(only("STALE_CHECKPOINT").title).toBe(
      "the checkpoint stands at check_scaffold, the run was in fanout",
    );
    expect(only("UNFINISHED_ATTEMPT").evidence).toMatch(/^fanout since .*verify_player_io in branch/);
  });

  it("the checkpoint listed 123 nodes, 12 unique, and no retries of branches 03 and 04", () => {
    expect(only("CHECKPOINT_BLOAT").numbers).toMatchObject({ completed: 123, unique: 12 });
    expect(only("RETRIES_NOT_RECORDED", B3).numbers).toMatchObject({
      "node.impl_monsters": 3,
      "node.verify_monsters": 3,
    });
    expect(only("RETRIES_NOT_RECORDED", B4).numbers).toMatchObject({ "node.impl_player_io": 1 });
  });

  it("no breaker looked at branches 03 and 04, and the run's log names no branch", () => {
    expect(only("BREAKER_BLIND", B3).numbers).toEqual({ checks: 0, failures: 8 });
    expect(only("BREAKER_BLIND", B4).numbers).toEqual({ checks: 0, failures: 2 });
    expect(only("BRANCHES_INVISIBLE").numbers).toEqual({ branches: 4 });
  });

  it("prompts repeated themselves: 8,497 and 9,417 characters", () => {
    expect(only("CONTEXT_BLOAT").numbers).toEqual({
      "node.impl_monsters": 8_497,
      "node.impl_player_io": 9_417,
    });
  });

  it("one warning came 81 times, another 3 times", () => {
    const { evidence } = only("WARNING_FLOOD");
    expect(evidence).toContain(
      '"codex schema validation failed; retrying once without --output-schema" × 81',
    );
    expect(evidence).toMatch(/"codex state-db discrepancy[^"]*fresh state root" × 3/);
  });

  it("R-OBS-1: 7.88421675 dollars are known, and that is not all", () => {
    expect(said.cost).toEqual({ known_usd: 7.88421675, complete: false });
    const { severity, evidence } = only("COST_UNKNOWN");
    expect(severity).toBe("info");
    expect(evidence).toContain("impl_combat_items $4.83383475, verify_combat_items $3.050382");
  });

  it("finds nothing that the report did not find", () => {
    expect([...new Set(said.findings.map(({ code }) => code))].sort()).toEqual(
      [
        ...["BRANCHES_INVISIBLE", "BREAKER_BLIND", "CHECKPOINT_BLOAT", "CONTEXT_BLOAT", "COST_UNKNOWN"],
        ...["FRAGMENTED_SIGNATURES", "LOOP_SIGNATURE", "LOST_CAUSE", "NO_TERMINAL_RECORD", "ORPHANED_BRANCH"],
        ...["PATCH_FORMAT_ERRORS", "PRE_FANOUT_CHURN", "RETRIES_NOT_RECORDED", "STALE_CHECKPOINT"],
        ...["STALE_HEARTBEAT", "STALE_LIVE", "STATUS_CONTRACT_MISMATCH", "TURN_LIMIT_LOOP"],
        ...["UNFINISHED_ATTEMPT", "WARNING_FLOOD"],
      ].sort(),
    );
    for (const { where, advice } of said.findings) {
      expect(where.length).toBeGreaterThan(0);
      expect(advice).not.toBe("");
    }
  });
});
