/** What a person mistypes: each answer names the place and the fix, and is of the thing that was typed. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hereIn } from "../local/here.ts";
import { folder, graph, repository, tool } from "../local/world.ts";

const WORK = graph(`${tool("build", "true")}; s -> build -> e`);
const BROKEN = graph("s -> build -> e");
const FILES = { "g.dot": WORK, "broken.dot": BROKEN, "script.json": "{\n build" };

/** Typed where a run `first` has ended. */
async function typed(...args: string[]): Promise<{ code: number; said: string; repo: string }> {
  const repo = repository(FILES);
  const begun = await hereIn(repo, "run", "g.dot", "--run-id", "first", "--json");
  expect(begun.code, begun.err).toBe(0);
  const { code, out, err } = await hereIn(repo, ...args);
  return { code, said: out + err, repo };
}

describe("a word that is wrong is answered by the words that are right", () => {
  it.each([
    [["rnu", "g.dot"], /there is no command "rnu"; did you mean run\?/],
    [["run", "g.dot", "--sim"], /there is no option --sim; did you mean --simulate\?\n/],
    [["run", "g.dot", "--zzz"], /there is no option --zzz\n/],
    [["run", "g.dot", "-z"], /there is no option -z\n/],
    [["run", "g.dot", "--run-id"], /--run-id needs a value\n/],
    [
      ["run", "g.dot", "--run-id", "--json"],
      /--run-id needs a value; one that begins with a dash is written --run-id=/,
    ],
    [["run", "g.dot", "--json=yes"], /--json takes no value\n/],
    [["app", "start"], /attractor app takes no word, not "start"/],
    [["status", "frist"], /there is no run frist under \.attractor\/runs.*\n {2}did you mean first\?/],
    [["status", "nothing"], /there is no run nothing .*\n {2}`attractor list` shows the runs here/],
    [["logs", "first", "zzz"], /there is no stage zzz; it has s, e, build\n/],
    [
      ["report", "first", "--out", "none/here.html"],
      /--out none\/here\.html cannot be written: there is no folder none\n/,
    ],
    [["fork", "first", "build@1", "--graph", "none.dot"], /there is no file none\.dot/],
    [
      ["run", "g.dot", "--config", "none.yml"],
      /the configuration none\.yml cannot be read: there is no such file/,
    ],
  ])("%j", async (args, answer) => {
    const { code, said } = await typed(...args);
    expect(said).toMatch(answer);
    expect([code, said]).toEqual([2, expect.not.stringMatching(/ENOENT|somebody removed|positional/)]);
  });

  it.each(["run", "plan", "preflight"])(
    "%s: an error of a graph has its file, and no page about another matter",
    async (name) => {
      const { code, said } = await typed(name, "broken.dot");
      expect([code, said]).toEqual([2, expect.stringMatching(/broken\.dot:\d+:\d+ edge_target_exists: /)]);
      expect(said).not.toContain("more: ");
    },
  );

  it.each([["init", "--action", "o/n@v1"], ["doctor"]])(
    "%s outside the top of a repository says where to go",
    async (...args) => {
      const repo = repository({ "deep/er/x": "" });
      const below = await hereIn(join(repo, "deep/er"), ...args);
      expect([below.code, below.err]).toEqual([
        2,
        expect.stringContaining(`is not the top of a git repository: name ${repo}, or go there`),
      ]);
      const outside = await hereIn(folder(), ...args);
      expect([outside.code, outside.err]).toEqual([2, expect.stringContaining("is in no git repository")]);
    },
  );

  it("a script of a simulated run that cannot be read is named as it was typed", async () => {
    const { code, said } = await typed("run", "g.dot", "--simulate", "script.json");
    expect([code, said]).toEqual([2, expect.stringMatching(/run: script\.json: .*line 2/)]);
  });

  it.each(["run g.dot", "list", "prune", "view"])(
    "%s: a work directory that is not there is not made",
    async (words) => {
      const { code, said, repo } = await typed(...words.split(" "), "--workdir", "elsewhere");
      expect([code, said]).toEqual([2, expect.stringContaining("--workdir: there is no folder elsewhere")]);
      expect(existsSync(join(repo, "elsewhere"))).toBe(false);
    },
  );
});

it("an answer is given as two words, or as GATE=LABEL as to every other command", async () => {
  const asks = graph(
    `${tool("no", "true")}; ask [shape=hexagon, label="Go?"]; s -> ask; ask -> e [label="[Y] Yes"]; ask -> no [label="[N] No"]; no -> e`,
  );
  const repo = repository({ "ask.dot": asks });
  expect((await hereIn(repo, "run", "ask.dot", "--run-id", "one")).code).toBe(4);
  expect(await hereIn(repo, "answer", "one", "ask")).toMatchObject({ code: 2 });
  expect(await hereIn(repo, "answer", "one", "ask=Zzz")).toMatchObject({
    code: 2,
    err: expect.stringContaining('"[Y] Yes"'),
  });
  expect(await hereIn(repo, "answer", "one", "ask=Yes")).toMatchObject({
    code: 0,
    out: expect.stringContaining("[Y] Yes"),
  });
});
