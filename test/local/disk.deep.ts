/** A disk that is full and a folder that may only be read. Needs to mount a small tmpfs; told when that is not permitted. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { cli, finalOf, folder, graph, logOf, named, repository, tool } from "./world.ts";

function smallDisk(size: string): string {
  const path = folder();
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", path]);
  onTestFinished(() => void spawnSync("umount", ["-l", path]));
  return path;
}

const trial = mkdtempSync(join(tmpdir(), "attractor-mount-"));
const mayMount = spawnSync("mount", ["-t", "tmpfs", "tmpfs", trial]).status === 0;
if (mayMount) spawnSync("umount", [trial]);
rmSync(trial, { recursive: true, force: true });
if (!mayMount) console.log("not run: mounting a tmpfs is not permitted here");

it.runIf(mayMount)(
  "R-LIFE-8: a full disk ends the process with the cause, nothing durable is lost, and resume goes on",
  () => {
    const disk = smallDisk("3m");
    const repo = repository({
      "g.dot": graph(
        `${tool("one", "true")}; ${tool("fill", `[ -e ${disk}/freed ] || head -c 9000000 /dev/zero > ${disk}/ballast; true`)}; ${tool("three", "true")}; s -> one -> fill -> three -> e`,
      ),
      "c.yml": "version: 1\ngit: { commit_per_node: false }\n",
    });
    const root = join(disk, "run");
    const run = cli(repo, "run", "g.dot", "--config", "c.yml", "--logs-root", root);
    expect(run.code).toBe(1);
    expect(run.err).toMatch(/ENOSPC|no space/i);
    expect(named(logOf(root), "stage_attempt_end").map((end) => end.node_id)).toContain("one");
    rmSync(join(disk, "ballast"));
    writeFileSync(join(disk, "freed"), "");
    expect(cli(repo, "resume", root).code).toBe(0);
    expect(finalOf(root).status).toBe("success");
    expect(named(logOf(root), "stage_attempt_start").filter((event) => event.node_id === "one")).toHaveLength(
      1,
    );
  },
);

it.runIf(mayMount)("R-LIFE-8: a disk that may only be read is named, and nothing in it changes", () => {
  const disk = smallDisk("3m");
  const repo = repository({
    "g.dot": graph(`${tool("one", "exit 1")}; s -> one; one -> e [condition="outcome=success"]`),
  });
  const root = join(disk, "run");
  mkdirSync(root);
  expect(cli(repo, "run", "g.dot", "--logs-root", root).code).toBe(1);
  const before = readFileSync(join(root, "progress.ndjson"), "utf8");
  execFileSync("mount", ["-o", "remount,ro", disk]);
  const refused = cli(repo, "resume", root);
  expect(refused.code).not.toBe(0);
  expect(refused.err).toContain("EROFS");
  expect(cli(repo, "status", root).code).toBe(1);
  expect(readFileSync(join(root, "progress.ndjson"), "utf8")).toBe(before);
  expect(existsSync(join(root, "final.json"))).toBe(true);
});
