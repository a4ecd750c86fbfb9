import { describe, expect, it } from "vitest";
import type { GitFault, GitRequest } from "../../box/git-http.ts";
import { event, stored } from "./contract.ts";
import { inGitRun, OPEN, RUN, TRUNK } from "./git-ledger-kit.ts";
import { contend } from "./races.ts";

/** The fault for the first so many requests of a phase. */
function first(
  count: number,
  phase: GitRequest["phase"],
  fault: GitFault,
): (request: GitRequest) => GitFault | null {
  let left = count;
  return (request) => (request.phase === phase && left-- > 0 ? fault : null);
}

describe("the git ledger on a bad line", () => {
  it("R-LIFE-8: an append whose answer is lost is stored once, and known to be", () =>
    inGitRun(async ({ world, ledger, tip, events, server }) => {
      world.fault = first(1, "push", "lose_answer");
      const { tip: after } = stored(await ledger.append(tip, [event("a")]));
      expect(await server("rev-parse", TRUNK)).toBe(after);
      expect(await events()).toEqual(["run_started", "a"]);
      expect(await server("rev-list", "--count", TRUNK)).toBe("2");
    }));

  it("an append whose answer is lost is ours even when others appended before we looked", () =>
    inGitRun(async ({ world, ledger, tip, another, events }) => {
      const other = await another();
      const lost = first(1, "push", "lose_answer");
      let theirs: Promise<unknown> | null = null;
      world.fault = async (request) => {
        const fault = lost(request);
        if (fault || request.access === "write" || theirs) return fault;
        // Our first look after the lost push waits until the other append stands.
        theirs = other.read().then((seen) => other.append(seen.tip, [event("cancellation_requested")]));
        await theirs;
        return null;
      };
      const mine = stored(await ledger.append(tip, [event("a")]));
      expect(mine.events.map((each) => each.seq)).toEqual([2]);
      expect(await events()).toEqual(["run_started", "a", "cancellation_requested"]);
      expect(await ledger.append(mine.tip, [event("b")])).toMatchObject({ ok: false, reason: "moved" });
    }));

  it.each<[string, GitFault]>([
    ["fails", "drop"],
    ["answers 503", { status: 503, text: "down" }],
    ["answers 429", { status: 429, text: "slow down" }],
  ])("tries again when the network %s twice, with waits between", (_title, fault) =>
    inGitRun(async ({ world, ledger, tip, pauses, events }) => {
      let left = 2;
      world.fault = ({ access }) => (access === "write" && left-- > 0 ? fault : null);
      stored(await ledger.append(tip, [event("a")]));
      expect(pauses).toEqual([0, 1]);
      expect(await events()).toEqual(["run_started", "a"]);
    }),
  );

  it("R-LIFE-8: gives up after a bounded number of tries and says that nobody knows what was stored", () =>
    inGitRun(async ({ world, ledger, tip, pauses }) => {
      world.fault = () => "drop";
      await expect(ledger.append(tip, [event("a")])).rejects.toMatchObject({
        code: "unreachable",
        message: expect.stringMatching(/after 5 tries; it is not known whether/),
      });
      await expect(ledger.read()).rejects.toMatchObject({ code: "unreachable" });
      expect(pauses).toEqual([0, 1, 2, 3, 0, 1, 2, 3]);
      world.fault = () => null;
      stored(await ledger.append(tip, [event("b")]));
    }));

  it("does not take a server's older answer for a moved log", () =>
    inGitRun(async ({ ledger, tip, server }) => {
      const { tip: after } = stored(await ledger.append(tip, [event("a")]));
      await server("update-ref", TRUNK, tip);
      expect((await ledger.read()).tip).toBe(after);
      await server("update-ref", TRUNK, after);
      stored(await ledger.append(after, [event("b")]));
    }));
});

describe("the git ledger refused", () => {
  it("R-LIFE-8: a rule of the remote ends the append with the remote's words, redacted, and nothing is stored", () =>
    inGitRun(async ({ world, ledger, tip, pauses, server }) => {
      await world.refuse(TRUNK, "rule violated by password hunter2hunter2");
      const refusal = await ledger.append(tip, [event("a")]).catch((error: unknown) => error);
      expect(refusal).toMatchObject({
        code: "refused",
        message: expect.stringContaining("rule violated by password ***"),
      });
      expect(await server("rev-parse", TRUNK)).toBe(tip);
      expect(pauses, "no second try: it would be refused again").toEqual([]);
    }));

  it("a token that may only read is told at once", () =>
    inGitRun(async ({ world, ledger, tip, pauses }) => {
      world.fault = (request) =>
        request.access === "write" ? { status: 403, text: "Permission denied" } : null;
      await expect(ledger.append(tip, [event("a")])).rejects.toMatchObject({ code: "refused" });
      expect(pauses).toEqual([]);
    }));

  it("a code ref that is refused takes the whole push with it, and the log alone still goes through", () =>
    inGitRun(async ({ world, ledger, tip, events, server }) => {
      const code = `refs/attractor/${RUN}/code`;
      await world.refuse(code, "GH013 push protection");
      const alongside = [{ ref: code, from: null, to: tip as string }];
      await expect(ledger.append(tip, [event("a")], { alongside })).rejects.toMatchObject({
        code: "refused",
        message: expect.stringContaining("GH013 push protection"),
      });
      expect(await server("for-each-ref", "--format=%(refname)", "refs/attractor")).toBe(`${OPEN}\n${TRUNK}`);
      stored(await ledger.append(tip, [event("push_rejected")]));
      expect(await events()).toEqual(["run_started", "push_rejected"]);
    }));

  it("a code ref that is not where it was seen is told, and the log does not move", () =>
    inGitRun(async ({ ledger, tip, server }) => {
      const code = `refs/attractor/${RUN}/code`;
      const tree = await server("rev-parse", `${TRUNK}^{tree}`);
      await server("update-ref", code, await server("commit-tree", tree, "-m", "other"));
      const alongside = [{ ref: code, from: null, to: tip as string }];
      await expect(ledger.append(tip, [event("a")], { alongside })).rejects.toMatchObject({
        code: "refused",
        message: expect.stringContaining("stale info"),
      });
      expect(await server("rev-parse", TRUNK)).toBe(tip);
    }));
});

describe("the git ledger against others", () => {
  it("a history that was rewritten is refused, not followed", () =>
    inGitRun(async ({ ledger, server }) => {
      const tree = await server("rev-parse", `${TRUNK}^{tree}`);
      await server("update-ref", TRUNK, await server("commit-tree", tree, "-m", "forged"));
      await expect(ledger.read()).rejects.toMatchObject({ code: "second_writer" });
    }));

  it("a ref that was deleted is missing, to readers and writers", () =>
    inGitRun(async ({ ledger, tip, server }) => {
      await server("update-ref", "-d", TRUNK);
      await expect(ledger.append(tip, [event("a")])).rejects.toMatchObject({ code: "missing" });
      await expect(ledger.read()).rejects.toMatchObject({ code: "missing" });
    }));

  it("every append of contending writers is stored exactly once, in one line of history", () =>
    inGitRun((run) => contend(run, 4)));
});
