import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ingestStatus } from "../../../engine/stages/status/ingest.ts";
import { snapshotFallbacks } from "../../../engine/stages/status/snapshot.ts";
import { agent, nextAttempt, type Scene, scene } from "../scene.ts";

const SUCCESS = '{"status": "success"}';
const FAIL = '{"status": "fail", "failure_reason": "r"}';

/** What is ingested when `during` is all that the attempt does. */
async function attempt({ worktree, stageDir }: Scene, during: () => void) {
  const before = await snapshotFallbacks(worktree);
  during();
  return ingestStatus(stageDir, before, new Set());
}

const canonical = (at: Scene, content: string) => writeFileSync(join(at.stageDir, "status.json"), content);

describe("where a status is looked for", () => {
  it("R-STAT-1: the canonical path wins over both fallbacks", async () => {
    const at = scene(agent());
    const found = await attempt(at, () => {
      canonical(at, SUCCESS);
      at.put("status.json", FAIL);
      at.put(".ai/status.json", FAIL);
    });
    expect(found).toMatchObject({ kind: "found", source: "canonical", outcome: { status: "success" } });
  });

  it("R-STAT-1: then the worktree's, then .ai's", async () => {
    const first = scene(agent());
    const both = await attempt(first, () => {
      first.put("status.json", SUCCESS);
      first.put(".ai/status.json", FAIL);
    });
    expect(both).toMatchObject({ source: "worktree", outcome: { status: "success" } });

    const second = scene(agent());
    const one = await attempt(second, () => second.put(".ai/status.json", SUCCESS));
    expect(one).toMatchObject({ source: "dot_ai", outcome: { status: "success" } });
  });

  it("R-STAT-2: an invalid canonical file ends the search", async () => {
    const at = scene(agent());
    const found = await attempt(at, () => {
      canonical(at, "{");
      at.put("status.json", SUCCESS);
    });
    expect(found).toEqual({
      kind: "invalid",
      reports: [
        `${at.stageDir}/status.json:1:2: the file ends where a field name in double quotes should follow`,
      ],
    });
    expect(existsSync(join(at.worktree, "status.json"))).toBe(true);
  });

  it("R-STAT-2: an invalid fallback is reported and the next is tried; when none is valid all are reported", async () => {
    const at = scene(agent());
    const found = await attempt(at, () => {
      at.put("status.json", '{"status": 7}');
      at.put(".ai/status.json", SUCCESS);
    });
    expect(found).toMatchObject({ kind: "found", source: "dot_ai" });
    expect(found.kind === "found" && found.remarks[0]).toMatch(/worktree\/status\.json:1:2: status: /);

    const other = scene(agent());
    const none = await attempt(other, () => {
      other.put("status.json", "x");
      other.put(".ai/status.json", '{"status": "sucess"}');
    });
    expect(none).toMatchObject({
      kind: "invalid",
      reports: [
        expect.stringContaining("worktree/status.json:1:1"),
        expect.stringContaining('write "success"'),
      ],
    });
  });

  it("R-STAT-8: when nothing is there, every path that was looked at is named", async () => {
    const at = scene(agent());
    expect(await attempt(at, () => {})).toEqual({
      kind: "missing",
      looked: [
        `${at.stageDir}/status.json: not there`,
        `${at.worktree}/status.json: not there`,
        `${at.worktree}/.ai/status.json: not there`,
      ],
    });
  });

  it("an ingested fallback is copied byte by byte to the canonical path and leaves the worktree", async () => {
    const at = scene(agent());
    await attempt(at, () => at.put(".ai/status.json", SUCCESS));
    expect(readFileSync(join(at.stageDir, "status.json"), "utf8")).toBe(SUCCESS);
    expect(at.git("status", "--porcelain", "--ignored")).toBe("");
  });
});

describe("files that this attempt did not write", () => {
  it("R-STAT-3: one in the base commit is never ingested, also when git writes it anew", async () => {
    const at = scene(agent());
    at.put(".ai/status.json", SUCCESS);
    at.put("status.json", SUCCESS);
    at.git("add", "-A");
    at.git("commit", "-qm", "base");
    const idle = await attempt(at, () => {});
    expect(idle).toMatchObject({ kind: "missing" });
    const restored = await attempt(at, () => {
      at.git("rm", "-qr", ".ai", "status.json");
      at.git("reset", "-q", "--hard");
    });
    expect(restored).toMatchObject({
      kind: "missing",
      looked: [
        expect.anything(),
        expect.stringContaining("stood there before"),
        expect.stringContaining("stood there before"),
      ],
    });
    expect(at.git("status", "--porcelain")).toBe("");
  });

  it("R-STAT-3: a tracked file that the stage overwrote is ingested, and the worktree gets back what was committed", async () => {
    const at = scene(agent());
    at.put("status.json", '{"version": 7}\n');
    at.git("add", "-A");
    at.git("commit", "-qm", "base");
    const found = await attempt(at, () => at.put("status.json", SUCCESS));
    expect(found).toMatchObject({ kind: "found", source: "worktree" });
    expect(readFileSync(join(at.worktree, "status.json"), "utf8")).toBe('{"version": 7}\n');
    expect(at.git("status", "--porcelain")).toBe("");
  });

  it("R-STAT-3: one that an earlier attempt left is not ingested; the same bytes written again are", async () => {
    const at = scene(agent());
    at.git("status");
    at.put("status.json", SUCCESS);
    expect(await attempt(at, () => {})).toMatchObject({ kind: "missing" });
    const again = nextAttempt(at);
    expect(await attempt(again, () => again.put("status.json", SUCCESS))).toMatchObject({
      source: "worktree",
    });
  });

  it("R-STAT-3: one that an earlier stage committed by itself is not ingested", async () => {
    const at = scene(agent());
    const first = await attempt(at, () => {
      at.put(".ai/status.json", SUCCESS);
      at.git("add", "-A");
      at.git("commit", "-qm", "by the agent");
    });
    expect(first).toMatchObject({ source: "dot_ai" });
    at.git("reset", "-q", "--hard");
    expect(await attempt(nextAttempt(at), () => {})).toMatchObject({ kind: "missing" });
  });

  it("R-STAT-3: an unread .ai/status.json moves to the attempt's folder, so that nobody commits it", async () => {
    const at = scene(agent());
    await attempt(at, () => {
      canonical(at, SUCCESS);
      at.put(".ai/status.json", FAIL);
    });
    expect(existsSync(join(at.worktree, ".ai/status.json"))).toBe(false);
    expect(readFileSync(join(at.stageDir, "status.unread.json"), "utf8")).toBe(FAIL);
  });

  it("a file of the product's own, beside a canonical status, stays where it is", async () => {
    const at = scene(agent());
    await attempt(at, () => {
      canonical(at, SUCCESS);
      at.put("status.json", '{"build": 1}');
    });
    expect(readFileSync(join(at.worktree, "status.json"), "utf8")).toBe('{"build": 1}');
  });
});

describe("hostile files", () => {
  it("links are refused, to a file or to a folder, and nothing behind them is touched", async () => {
    const at = scene(agent());
    const outside = join(at.logsRoot, "outside");
    mkdirSync(outside);
    writeFileSync(join(outside, "status.json"), SUCCESS);
    const found = await attempt(at, () => {
      symlinkSync(outside, join(at.worktree, ".ai"));
      symlinkSync(join(outside, "status.json"), join(at.worktree, "status.json"));
    });
    expect(found).toMatchObject({
      kind: "invalid",
      reports: [
        expect.stringContaining("symbolic link"),
        expect.stringContaining("folder is a symbolic link"),
      ],
    });
    expect(readFileSync(join(outside, "status.json"), "utf8")).toBe(SUCCESS);
  });

  it("a canonical link, folder, pipe or giant is a broken contract, and does not hang", async () => {
    const make: ((path: string) => void)[] = [
      (path) => symlinkSync("/etc/hostname", path),
      (path) => mkdirSync(path),
      (path) => execFileSync("mkfifo", [path]),
      (path) => writeFileSync(path, `{"status":"success","notes":"${"x".repeat(1024 * 1024)}"}`),
    ];
    for (const create of make) {
      const at = scene(agent());
      expect((await attempt(at, () => create(join(at.stageDir, "status.json")))).kind).toBe("invalid");
    }
  });

  it("outside a git repository an old file is told from a new one all the same", async () => {
    const at = scene(agent());
    at.put("status.json", SUCCESS);
    expect(await attempt(at, () => {})).toMatchObject({ kind: "missing" });
    expect(await attempt(nextAttempt(at), () => at.put("status.json", SUCCESS))).toMatchObject({
      source: "worktree",
    });
  });
});
