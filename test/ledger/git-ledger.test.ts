import { describe, expect, it } from "vitest";
import { fetchRef } from "../../engine/git/refs.ts";
import { writeCommit } from "../../engine/git/write-commit.ts";
import { event, stored } from "./contract.ts";
import { type GitRun, inGitRun, OPEN, RUN, TRUNK } from "./git-ledger-kit.ts";

describe("commits of the git ledger", () => {
  it("carry a writer of 128 random bits each, and nobody's identity but the engine's", () =>
    inGitRun(async ({ ledger, tip, server }) => {
      const { tip: next } = stored(await ledger.append(tip, [event("a")]));
      stored(await ledger.append(next, [event("a")]));
      const writers = (
        await server("log", "--format=%(trailers:key=Writer,valueonly,separator=)", TRUNK)
      ).split("\n");
      expect(writers).toHaveLength(3);
      for (const writer of writers) expect(writer).toMatch(/^[0-9a-f]{32}$/);
      expect(new Set(writers).size).toBe(3);
      const people = await server("log", "--format=%an <%ae> %cn <%ce>", "-1", TRUNK);
      expect(people).toBe("attractor <attractor@attractor.invalid> attractor <attractor@attractor.invalid>");
    }));

  it("keep a leg's work reachable by the leg's ref, from a copy that knows the base commit alone", () =>
    inGitRun(async ({ repo, ledger, tip, server }) => {
      const draft = { message: "work", when: new Date(0) };
      const first = await server("commit-tree", await server("write-tree"), "-m", "old");
      const base = await server("commit-tree", await server("write-tree"), "-p", first, "-m", "base");
      await server("update-ref", "refs/heads/main", base);
      expect(await fetchRef(repo, "refs/heads/main", "refs/seen/main", "tip")).toBe(base);
      await expect(repo.git(["cat-file", "-e", first]), "the past of the base is not here").rejects.toThrow();
      const changes = new Map([["code.txt", "new code\n"]]);
      const work = await writeCommit(repo.git, { ...draft, ref: "refs/work", parents: [base], changes });
      stored(await ledger.append(tip, [event("branch_completed")], { carry: [work] }));
      expect(await server("show", `${work}:code.txt`)).toBe("new code");
      expect(await server("merge-base", "--is-ancestor", work, TRUNK)).toBe("");
      expect(await server("rev-list", "--count", "--first-parent", TRUNK), "the log alone").toBe("2");
    }));

  it("bring the same work to a machine that joins late with the last commit alone", () =>
    inGitRun(async ({ world, ledger, tip, another, server }) => {
      let at = tip;
      for (let n = 0; n < 5; n++) at = stored(await ledger.append(at, [event("a")])).tip;
      const late = await another();
      const seen = await late.read();
      expect(seen.events).toHaveLength(6);
      const machines = await world.folder(".");
      const { execFileSync } = await import("node:child_process");
      const count = execFileSync(
        "git",
        ["-C", `${machines}/machine-1/repo.git`, "rev-list", "--count", "--all"],
        {
          encoding: "utf8",
        },
      );
      expect(count.trim(), "a shallow copy: one commit").toBe("1");
      stored(await late.append(seen.tip, [event("b")]));
      expect(await server("rev-list", "--count", TRUNK)).toBe("7");
    }));
});

describe("the open mark of a run", () => {
  const opened = (server: GitRun["server"]): Promise<string> =>
    server("for-each-ref", "--format=%(refname)", OPEN);

  it("comes with the run, goes in the same push as its end, and comes back when it is resumed", () =>
    inGitRun(async ({ ledger, tip, server }) => {
      expect(await opened(server)).toBe(OPEN);
      const ended = stored(await ledger.append(tip, [event("fanout_joined"), event("run_failed")]));
      expect(await opened(server)).toBe("");
      const resumed = stored(await ledger.append(ended.tip, [event("run_resumed")]));
      expect(await opened(server)).toBe(OPEN);
      stored(await ledger.append(resumed.tip, [event("a"), event("run_completed")]));
      expect(await opened(server)).toBe("");
    }));

  it("R-GH-6: of a run that a pull request shows stays past its end, for who tells it there", () =>
    inGitRun(
      async ({ ledger, tip, server }) => {
        stored(await ledger.append(tip, [event("run_completed")]));
        expect(await opened(server)).toBe(OPEN);
      },
      { ...event("run_started"), github: { pull_request: 7 } },
    ));

  it("stays when the end is refused", () =>
    inGitRun(async ({ world, ledger, tip, server }) => {
      await world.refuse(TRUNK, "no");
      await expect(ledger.append(tip, [event("run_completed")])).rejects.toMatchObject({ code: "refused" });
      expect(await opened(server)).toBe(OPEN);
    }));

  it("stays where it is when an open run is resumed", () =>
    inGitRun(async ({ ledger, tip, server }) => {
      stored(await ledger.append(tip, [event("run_resumed")]));
      expect(await server("rev-parse", OPEN)).toBe(tip);
    }));

  it("may be gone already", () =>
    inGitRun(async ({ ledger, tip, server }) => {
      await server("update-ref", "-d", OPEN);
      stored(await ledger.append(tip, [event("run_completed")]));
    }));
});

describe("a trunk that somebody tampered with", () => {
  /** Puts a commit with these files on the trunk, behind the ledger's back. */
  const tamper = async (
    { repo, tip, server, world }: GitRun,
    files: Record<string, string | null>,
  ): Promise<void> => {
    const commit = await writeCommit(repo.git, {
      ...{ ref: "refs/tampered", parents: [tip], message: "x", when: new Date(0) },
      changes: new Map(Object.entries(files)),
    });
    const { pushRefs } = await import("../../engine/git/refs.ts");
    await pushRefs(repo, [{ ref: TRUNK, from: tip, to: commit }]);
    expect(await server("rev-parse", TRUNK), world.url).toBe(commit);
  };
  const line = (fields: Record<string, unknown>): string =>
    `${JSON.stringify({ seq: 2, ts: "2026-01-01T00:00:00.000Z", run_id: RUN, event: "a", ...fields })}\n`;

  it.each<[string, Record<string, string | null>, string, string]>([
    [
      "a hole",
      { "progress/h0/001.ndjson": line({ seq: 3 }) },
      "hole",
      "progress/h0/001.ndjson line 1 has seq 3",
    ],
    [
      "a foreign run",
      { "progress/h0/001.ndjson": line({ run_id: "x" }) },
      "foreign_run",
      "001.ndjson line 1",
    ],
    [
      "a line that is no JSON",
      { "progress/h0/001.ndjson": "oops\n" },
      "corrupt",
      "001.ndjson line 1 is not JSON",
    ],
    ["a file of its own", { "progress/notes.txt": "x" }, "corrupt", "progress/notes.txt"],
    [
      "a changed line",
      { "progress/h0/000.ndjson": line({ seq: 1 }) },
      "corrupt",
      "changed the line with seq 1",
    ],
    ["lines taken away", { "progress/h0": null }, "corrupt", "changed the line with seq 1"],
  ])("R-LIFE-8: %s is refused", async (_title, files, code, message) => {
    await inGitRun(async (run) => {
      await tamper(run, files);
      await expect(run.ledger.read()).rejects.toMatchObject({
        code,
        message: expect.stringContaining(message),
      });
    });
  });
});
