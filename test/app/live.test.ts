import { describe, expect, it } from "vitest";
import { LedgerError } from "../../engine/ledger/port.ts";
import { apiLedger } from "../../github/ledger/api-ledger.ts";
import type { GitData } from "../../github/ledger/git-data.ts";
import { scene } from "./support/scene.ts";

const FAN = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  par [shape=component]; join [shape=tripleoctagon]; a [shape=parallelogram, tool_command="x"]; b [shape=parallelogram, tool_command="x"]
  start -> par; par -> a -> join; par -> b -> join; join -> exit }`;
const row = (mark: string, branch: string) =>
  new RegExp(`\\| ${mark} \\| [^|]*<code>par/v1/\\d+-${branch}</code>`);

describe("a run while its branches work", () => {
  it("R-LIVE-3: what a branch completed shows on the pull request while its siblings still run, and not yet in the run's log", async () => {
    const s = await scene(FAN);
    let legs = 0;
    let during = "";
    let settled = true;
    const id = await new Promise<number>((resolve, reject) => {
      s.hops.midLeg = async () => {
        legs++;
        if (legs !== 2) return;
        const run = await started;
        await s.comment("/attractor status");
        await s.until(() => row("✅", "a").test(s.sticky(`c${run}`) ?? ""));
        during = s.sticky(`c${run}`) ?? "";
        settled = (await s.log(`c${run}`)).some((line) => line.event === "branch_completed");
      };
      const started = s.comment("/attractor run g.dot");
      started.then(resolve, reject);
    });
    await s.until(() => during !== "");
    await s.settle();
    expect(during).toMatch(row("⏳", "b"));
    expect(settled).toBe(false);
    expect((await s.log(`c${id}`)).at(-1)).toMatchObject({ event: "run_completed" });
    expect(s.failures).toEqual([]);
    s.box.assertClean();
  });

  it("R-LIVE-3: a look asks no more of GitHub than it may however many branches work, and the next ones show the others", async () => {
    const names = Array.from({ length: 30 }, (_, n) => `b${n}`);
    const s = await scene(`digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
      par [shape=component, max_parallel=30]; join [shape=tripleoctagon]
      ${names.map((name) => `${name} [shape=parallelogram, tool_command="x"]; par -> ${name} -> join`).join("; ")}
      start -> par; join -> exit }`);
    let legs = 0;
    const shown: number[] = [];
    const asked: number[] = [];
    const done = new Promise<void>((resolve, reject) => {
      s.hops.midLeg = async () => {
        legs++;
        if (legs !== names.length) return;
        const run = await started;
        // The last one looks at what all the others have left.
        while (shown.at(-1) !== names.length - 1 && shown.length < 10) {
          const from = s.box.requests.length;
          const before = s.sticky(`c${run}`);
          await s.comment("/attractor status");
          await s.until(() => s.sticky(`c${run}`) !== before);
          const reads = s.box.requests
            .slice(from)
            .filter(({ op }) => /git\/get-(?:tree|blob)/.test(op ?? ""));
          asked.push(reads.length);
          shown.push(s.sticky(`c${run}`)?.match(/\| ✅ \| [^|]*<code>par/g)?.length ?? 0);
        }
        resolve();
      };
      const started = s.comment("/attractor run g.dot");
      started.catch(reject);
    });
    await done;
    await s.settle();
    expect(shown.at(-1), JSON.stringify({ shown, asked })).toBe(names.length - 1);
    expect(shown.length).toBeGreaterThan(1);
    // The run's own log is read beside them.
    for (const reads of asked) expect(reads).toBeLessThanOrEqual(24);
    expect(s.failures).toEqual([]);
  });

  it("a read that is cut off goes on where it was: a log of many files is shown in the end", async () => {
    const kept = { files: 0, blobs: 0 };
    const lines = Array.from({ length: 45 }, (_, n) => ({
      ...{
        seq: n + 1,
        ts: "2026-01-01T00:00:00.000Z",
        run_id: "r1",
        event: "warning",
        code: "c",
        message: `${n}`,
      },
    }));
    let budget = 0;
    const spend = () => {
      if (budget-- <= 0) throw new LedgerError("unreachable", "enough", "");
    };
    const git = {
      ref: async () => "c".repeat(40),
      files: async () => {
        spend();
        kept.files++;
        return lines.map((_, n) => {
          const number = String(n).padStart(3, "0");
          return { path: `progress/h1/${number}.ndjson`, oid: number.padStart(40, "0"), bytes: 100 };
        });
      },
      blob: async (oid: string) => {
        spend();
        kept.blobs++;
        return Buffer.from(`${JSON.stringify(lines[Number(oid)])}\n`);
      },
    } as unknown as GitData;
    const ledger = apiLedger({
      git,
      runId: "r1",
      ref: "refs/x",
      openRef: null,
      pause: async () => undefined,
    });
    const looks: (number | null)[] = [];
    for (let look = 0; look < 3; look++) {
      budget = 20;
      looks.push(
        await ledger.read().then(
          ({ events }) => events.length,
          () => null,
        ),
      );
    }
    expect([looks, kept.blobs]).toEqual([[null, null, 45], 45]);
  });
});
