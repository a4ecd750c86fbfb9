import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { fetchCommits } from "../../engine/git/refs.ts";
import { writeCommit } from "../../engine/git/write-commit.ts";
import { carry, isCarried } from "../../engine/ledger/git/work-bundles.ts";
import type { Tip } from "../../engine/ledger/port.ts";
import { git } from "../git/git-world.ts";
import { event, stored } from "./contract.ts";
import { type GitRun, inGitRun, RUN, SECRET, TRUNK } from "./git-ledger-kit.ts";

const CODE = `refs/attractor/${RUN}/code`;
const WORDS =
  "refusing to allow a GitHub App to create or update workflow .github/workflows/ci.yml without workflows permission";

interface Carrying extends GitRun {
  /** A commit of this machine's on top of another one; null: the base that the server has. */
  work(on: string | null, text: string): Promise<string>;
  push(tip: Tip, to: string): ReturnType<GitRun["ledger"]["append"]>;
  /** Paths in the ledger's tree that carry work. */
  files(): Promise<string[]>;
}

const refusing = (test: (run: Carrying) => Promise<void>): Promise<void> =>
  inGitRun(async (run) => {
    const { world, repo, ledger, server } = run;
    const base = await server("commit-tree", await server("write-tree"), "-m", "base");
    await server("update-ref", "refs/heads/main", base);
    await fetchCommits(repo, [base]);
    await world.refuse("refs/attractor/*/code", WORDS);
    let n = 0;
    await test({
      ...run,
      work: (on, text) =>
        writeCommit(repo.git, {
          ...{ ref: `refs/work/${++n}`, parents: [on ?? base], message: "work", when: new Date(0) },
          changes: new Map([[`file-${n}`, text]]),
        }),
      push: (tip, to) => ledger.append(tip, [event("a")], { alongside: [{ ref: CODE, from: null, to }] }),
      files: async () =>
        (await server("ls-tree", "-r", "--name-only", TRUNK, "work/")).split("\n").filter(Boolean),
    });
  });

describe("commits that the remote takes under no ref for their workflow files", () => {
  it("R-GH-22: lie in the ledger's tree with the events that name them, and every other machine has them by reading", () =>
    refusing(async ({ world, tip, work, push, files, another, ledger, server }) => {
      const first = await work(null, "one");
      const { tip: second } = stored(await push(tip, first));
      const pushes = () => world.requests.filter(({ phase }) => phase === "push").length;
      const before = pushes();
      const next = await work(first, "two");
      const { tip: third } = stored(await push(second, next));
      expect(pushes() - before, "the run's later commits are not offered again").toBe(1);
      stored(await push(third, next));
      expect(await files()).toEqual(["work/0001.bundle", "work/0002.bundle"]);
      expect(await server("for-each-ref", "--format=%(refname)", CODE)).toBe("");
      const late = await another();
      expect((await late.read()).events).toHaveLength(4);
      const machine = `${await world.folder("machine-1")}/repo.git`;
      expect(await git(machine, "show", `${next}:file-1`, `${next}:file-2`)).toBe("onetwo");
      stored(await ledger.append((await ledger.read()).tip, [event("b")]));
      expect(await files(), "what others append leaves them").toHaveLength(2);
    }));

  it("R-GH-22: are carried again by an append that somebody else came before", () =>
    refusing(async ({ tip, work, push, files, another, ledger, repo }) => {
      const commit = await work(null, "one");
      const other = await another();
      stored(await other.append((await other.read()).tip, [event("cancellation_requested")]));
      expect(await push(tip, commit)).toMatchObject({ ok: false, reason: "moved" });
      expect([await files(), await isCarried(repo, TRUNK, commit)]).toEqual([[], false]);
      stored(await push((await ledger.read()).tip, commit));
      expect([await files(), await isCarried(repo, TRUNK, commit)]).toEqual([["work/0001.bundle"], true]);
    }));

  it("R-GH-22: are refused, with what to do, when they are too large or hold a secret; nothing is stored", () =>
    refusing(async ({ repo, tip, work, push, files, server }) => {
      const most = { push: 1_000, run: 1_500 };
      const carrying = { ref: TRUNK, beside: [], files: [], secrets: [], most };
      const to = async (bytes: number) => ({
        ...{ ref: CODE, from: null, to: await work(null, randomBytes(bytes).toString("latin1")) },
      });
      await expect(carry(repo, carrying, [await to(1_000)])).rejects.toMatchObject({
        code: "refused",
        message: expect.stringMatching(/at most 1000 a push/),
        fix: expect.stringContaining("to those of the default branch, or commit less"),
      });
      expect((await carry(repo, carrying, [await to(300)])).changes.size).toBe(1);
      const both = carry(repo, carrying, [await to(400), await to(400)]);
      await expect(both).rejects.toMatchObject({ message: expect.stringMatching(/1500 a run/) });
      await expect(push(tip, await work(null, `key: ${SECRET}`))).rejects.toMatchObject({
        message: expect.stringContaining("hold a secret of this job"),
      });
      expect([await files(), await server("rev-parse", TRUNK)]).toEqual([[], tip]);
    }));

  it.each([
    ["bytes that are no bundle", "work/0001.bundle", "hello", /no git bundle/],
    ["a file of another name", "work/x.bundle", "hello", /no ledger wrote/],
  ])("R-GH-22: are believed no more than any commit: %s", (_, path, text, why) =>
    refusing(async ({ repo, tip, another, server }) => {
      const draft = { ref: "refs/work/evil", parents: [tip as string], message: "m", when: new Date(0) };
      const evil = await writeCommit(repo.git, { ...draft, changes: new Map([[path, text]]) });
      await repo.online(["push", "--quiet", repo.url, `${evil}:${TRUNK}`]);
      expect(await server("rev-parse", TRUNK)).toBe(evil);
      await expect((await another()).read()).rejects.toMatchObject({
        code: "corrupt",
        message: expect.stringMatching(why),
      });
    }),
  );
});
