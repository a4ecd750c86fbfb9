/** The commands that run and reach runs: their words, exits and JSON. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ENGINE_VERSION } from "../../engine/version.ts";
import { here, hereIn } from "../local/here.ts";
import { driver, executions, folder, graph, repository, tool, until } from "../local/world.ts";

const WORK = graph(`${tool("a", "echo made by a > a.txt")}; s -> a -> e`);

describe("a command that names a run", () => {
  it.each(["run", "resume", "status", "stop", "answer", "fork"])(
    "%s: missing names are exit 2, with the usage",
    async (name) => {
      const { code, err } = await here(name);
      expect([code, err.includes(`usage: attractor ${name}`)]).toEqual([2, true]);
      const words = { answer: 3, fork: 2 }[name] ?? 1;
      const unknown = await here(name, ...["no-such-run", "x@1", "y"].slice(0, words));
      expect(unknown.code).toBe(2);
    },
  );
});

describe("a slip of the keyboard", () => {
  it.each([
    [["statsu"], "did you mean status?"],
    [["run", "g.dot", "--simlate"], "did you mean --simulate?"],
    [["prune", "--older-then", "3d"], "did you mean --older-than?"],
    [["validate", "--jsno", "g.dot"], "did you mean --json?"],
  ])("in %j is told with the word that was meant", async (args, meant) => {
    const { code, err } = await here(...args);
    expect([code, err]).toEqual([2, expect.stringContaining(meant)]);
  });

  it("--version says which attractor this is", async () => {
    expect(await here("--version")).toMatchObject({ code: 0, out: `attractor ${ENGINE_VERSION}\n` });
  });
});

describe("the command to type next", () => {
  it("of a run that never began is to begin it, once what stood in the way is fixed", async () => {
    const repo = repository({ "g.dot": WORK });
    writeFileSync(join(repo, "dirty.txt"), "not committed");
    expect((await hereIn(repo, "run", "g.dot", "--run-id", "r")).code).toBe(2);
    for (const command of ["status", "resume"]) {
      const { out, err } = await hereIn(repo, command, "r");
      expect(out + err).toContain("dirty.txt");
      expect(out + err).toContain("start it again with `attractor run`");
    }
    rmSync(join(repo, "dirty.txt"));
    expect((await hereIn(repo, "run", "g.dot", "--run-id", "r")).code).toBe(0);
  });

  it.each([
    ["a repository", () => repository({ "g.dot": WORK })],
    [
      "a folder without git",
      () => {
        const plain = folder();
        writeFileSync(join(plain, "g.dot"), WORK);
        return plain;
      },
    ],
  ])("after a run in %s shows the work", async (_what, make) => {
    const at = make();
    const { code, out } = await hereIn(at, "run", "g.dot");
    expect(code).toBe(0);
    const [, next = ""] = /^next: (.*)$/m.exec(out) ?? [];
    const { stdout } = spawnSync("bash", ["-c", next], { cwd: at, encoding: "utf8" });
    expect(stdout).toContain("+made by a");
  });
});

describe("status", () => {
  it("follows a run until its end: each line of the log, then the status", async () => {
    const go = join(folder(), "go");
    const repo = repository({
      "g.dot": graph(
        `${tool("one", `echo begun; until [ -e ${go} ]; do sleep 0.05; done`)}; ${tool("two", "true")}; s -> one -> two -> e`,
      ),
    });
    const run = driver(repo, "run", "g.dot", "--run-id", "r");
    await until("the stage", () => existsSync(join(repo, ".attractor/runs/r/one/v1-a1/stdout.log")));
    const follower = driver(repo, "status", "r", "--follow", "--json");
    await until("the first lines", () => follower.text().includes('"run_started"'));
    mkdirSync(go);
    expect((await run.ended).code).toBe(0);
    expect((await follower.ended).code).toBe(0);
    const log = executions(join(repo, ".attractor/runs/r/progress.ndjson"));
    const [lines, rest] = [
      follower.text().split("\n").slice(0, log.length),
      follower.text().split("\n").slice(log.length),
    ];
    expect(lines).toEqual(log);
    expect(JSON.parse(rest.join("\n"))).toMatchObject({ run_id: "r", status: "success", driver: null });
  });

  it("says what is no run, and finds runs by id from a folder below", async () => {
    const repo = repository({ "g.dot": graph(`${tool("one", "true")}; s -> one -> e`), "deep/er/x": "" });
    expect((await hereIn(repo, "run", "g.dot", "--run-id", "r", "--json")).code).toBe(0);
    expect((await hereIn(join(repo, "deep/er"), "status", "--run-id", "r")).out).toContain("success");
    const none = await hereIn(repo, "status", "deep");
    expect([none.code, none.err.includes("is no run folder")]).toEqual([2, true]);
    expect((await hereIn(repo, "graph", "--run", "r", "--format", "mermaid")).out).toContain("class n0");
  });
});
