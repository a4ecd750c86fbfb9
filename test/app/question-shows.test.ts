/** What a question on GitHub shows: read from the run's commits by the API, the changes as git would tell them. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { lineDiff } from "../../github/notify/line-diff.ts";
import { questionShows } from "../../github/notify/question-shows.ts";
import { pipelineOf, play, world } from "../core/world.ts";

const GRAPH = `digraph g { start [shape=Mdiamond]; exit [shape=Msquare]
  plan [shape=parallelogram, tool_command="true"]; ok [shape=hexagon, label="Build?", show="plan.md, diff, ../etc/passwd"]
  start -> plan -> ok; ok -> exit [label="[Y] Yes"] }`;

const TREES: Record<string, Record<string, string>> = {
  base: { "README.md": "one\ntwo\nthree\n", "gone.txt": "x\n", "same.txt": "s\n" },
  work: { "README.md": "one\n2\nthree\n", "plan.md": "# Plan\n", "same.txt": "s\n", "logo.png": "\0\u0001" },
};

it("a question shows files and changes of the commit that it asks about, and compares commits once", async () => {
  const run = play(world(pipelineOf(GRAPH), { base_sha: "base" }), {
    outcomes: { plan: [{ status: "success", commit: "work" }] },
  });
  let listed = 0;
  const shows = questionShows({
    git: {
      async files(commit) {
        listed += 1;
        return Object.entries(TREES[commit]!).map(([path, text]) => ({
          path,
          oid: text,
          bytes: text.length,
        }));
      },
      blob: async (oid) => Buffer.from(oid),
    },
    readAt: (sha) => async (path) => TREES[sha]?.[path] ?? null,
  });
  const [[gate, shown] = ["", []]] = [...(await shows(run.state, run.pipeline))];
  expect(gate).toBe("ok/1");
  expect(shown.map(({ name }) => name)).toEqual(["plan.md", "diff", "../etc/passwd"]);
  expect(shown[0]).toMatchObject({ kind: "text", text: "# Plan", left: 0 });
  expect(shown[1]?.text).toBe(
    [
      ...["--- a/README.md", "+++ b/README.md", "@@ line 1 @@", " one", "-two", "+2", " three"],
      ...["--- a/gone.txt", "+++ /dev/null", "@@ line 1 @@", "-x"],
      ...["--- /dev/null", "+++ b/logo.png", "(new; too large to show, or not text)"],
      ...["--- /dev/null", "+++ b/plan.md", "@@ line 1 @@", "+# Plan"],
    ].join("\n"),
  );
  expect(shown[2]?.text).toBe("(there is no ../etc/passwd in the work so far)");
  await shows(run.state, run.pipeline);
  expect(listed).toBe(2);
});

it("the lines that differ lead from one text to the other", () => {
  const line = fc.constantFrom("a", "b", "c", "d e", "");
  const text = fc.array(line, { maxLength: 40 }).map((lines) => lines.map((one) => `${one}\n`).join(""));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const steps = (lineDiff(before, after) ?? "").split("\n").filter((step) => /^[ +-]/.test(step));
      const kept = (mark: string) =>
        steps.filter((step) => step[0] === " " || step[0] === mark).map((step) => step.slice(1));
      // Where everything is shown, both texts can be read from it.
      if (before.length < 12 && after.length < 12 && before !== after) {
        const whole = (all: string) => all.split("\n").slice(0, -1);
        const [was, is] = [whole(before), whole(after)];
        if (was.length <= 4 && is.length <= 4) expect([kept("-"), kept("+")]).toEqual([was, is]);
      }
      expect(lineDiff(before, before)).toBe("");
    }),
  );
});

it("texts that are too large to compare are told as changed", () => {
  const many = (word: string): string => Array.from({ length: 3000 }, (_, at) => `${word}${at}\n`).join("");
  expect(lineDiff(many("a"), many("b"))).toBeNull();
});
