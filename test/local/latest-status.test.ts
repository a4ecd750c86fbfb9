import { execFileSync } from "node:child_process";
import type * as fs from "node:fs";
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, it, vi } from "vitest";
import { showLatest } from "../../engine/local/latest-status.ts";
import { folder } from "./world.ts";

const steps: string[] = [];

vi.mock("node:fs", async (original) => {
  const real = await original<typeof fs>();
  const folders = new Set<number>();
  return {
    ...real,
    openSync: (path: string, flags: string | number, mode?: number) => {
      const fd = real.openSync(path, flags, mode);
      if (flags === "r") folders.add(fd);
      return fd;
    },
    closeSync: (fd: number) => {
      folders.delete(fd);
      real.closeSync(fd);
    },
    fsync: (fd: number, done: (error: Error | null) => void) => {
      steps.push(folders.has(fd) ? "sync folder" : "sync");
      real.fsync(fd, done);
    },
    renameSync: (from: string, to: string) => {
      steps.push("rename");
      real.renameSync(from, to);
    },
  };
});

const RESULT = { outcome: { status: "success" }, evidence: {}, durationMs: 1 } as const;

let node: string;
let attempt: string;
beforeEach(() => {
  node = folder();
  attempt = join(node, "v1-a1");
  mkdirSync(attempt);
  steps.length = 0;
});

it("R-LIFE-4: a node's status is written beside it, synced, renamed, and its folder synced, in this order", async () => {
  const path = join(node, "status.json");
  writeFileSync(path, "old");
  linkSync(path, join(node, "kept"));
  // A killed driver left it.
  writeFileSync(join(node, ".status.tmp"), '{"sta');
  await showLatest(path, attempt, RESULT);
  // Written once: in the attempt's folder, under a second name here.
  expect(steps).toEqual(["sync", "rename", "sync folder"]);
  for (const name of [path, join(attempt, "status.json")])
    expect(JSON.parse(readFileSync(name, "utf8"))).toEqual({ outcome: "success", status: "success" });
  expect(readFileSync(join(node, "kept"), "utf8"), "a reader of the old one").toBe("old");
});

it("R-LIFE-4: what the stage wrote is shown with the outcome beside it, and its own file stays as it is", async () => {
  const own = '{"status":"fail","notes":"n"}';
  writeFileSync(join(attempt, "status.json"), own);
  await showLatest(join(node, "status.json"), attempt, { ...RESULT, outcome: { status: "fail" } });
  expect(steps).toEqual(["sync", "rename", "sync folder"]);
  const shown = JSON.parse(readFileSync(join(node, "status.json"), "utf8"));
  expect(shown).toEqual({ outcome: "fail", status: "fail", notes: "n" });
  expect(readFileSync(join(attempt, "status.json"), "utf8")).toBe(own);
});

it.each([
  ["a link", () => symlinkSync(join(node, "elsewhere"), join(attempt, "status.json"))],
  ["a folder", () => mkdirSync(join(attempt, "status.json"))],
  ["a pipe", () => execFileSync("mkfifo", [join(attempt, "status.json")])],
  ["a large file", () => writeFileSync(join(attempt, "status.json"), `{"a":"${"x".repeat(1 << 20)}"}`)],
  ["no JSON", () => writeFileSync(join(attempt, "status.json"), "{")],
  ["a list", () => writeFileSync(join(attempt, "status.json"), "[1]")],
  ["deep", () => writeFileSync(join(attempt, "status.json"), `{"a":${"[".repeat(9e4)}${"]".repeat(9e4)}}`)],
])("R-SEC-1: %s where the stage's status is looked for is not shown: the outcome is", async (_, make) => {
  writeFileSync(join(node, "elsewhere"), '{"status":"stolen"}');
  make();
  await showLatest(join(node, "status.json"), attempt, RESULT);
  // Reading a pipe would never end.
  expect(lstatSync(join(node, "status.json")).isFile()).toBe(true);
  const shown = JSON.parse(readFileSync(join(node, "status.json"), "utf8"));
  expect(shown).toEqual({ outcome: "success", status: "success" });
  expect(readFileSync(join(node, "elsewhere"), "utf8")).toBe('{"status":"stolen"}');
});

it("R-OBS-1: prompt and response of the latest attempt stand beside its status, and never an earlier one's", async () => {
  const path = join(node, "status.json");
  writeFileSync(join(attempt, "prompt.md"), "Do it");
  writeFileSync(join(attempt, "response.md"), "Done");
  await showLatest(path, attempt, RESULT);
  expect(readFileSync(join(node, "prompt.md"), "utf8")).toBe("Do it");
  expect(readFileSync(join(node, "response.md"), "utf8")).toBe("Done");
  const next = join(node, "v2-a1");
  mkdirSync(next);
  writeFileSync(join(next, "prompt.md"), "Again");
  symlinkSync("/etc/hostname", join(next, "response.md"));
  await showLatest(path, next, RESULT);
  expect(readFileSync(join(node, "prompt.md"), "utf8")).toBe("Again");
  expect(existsSync(join(node, "response.md"))).toBe(false);
});
