/** What must hold at the end of every wide fan-out, of five branches as of three hundred. */
import { expect } from "vitest";
import { gitOf, story } from "./inspect.ts";
import { beyondBounds, type Wide } from "./wide.ts";

export function expectWhole({ s, log, turns }: Wide, branches: number, chunks: number): void {
  const [last] = log.slice(-1);
  const told = () => story(s).slice(-20_000);
  expect(last, last?.event === "run_completed" ? "" : told()).toMatchObject({ event: "run_completed" });
  const ends = log.flatMap((event) => (event.event === "branch_completed" ? [event] : []));
  expect(ends.map(({ status }) => status)).toEqual(Array(branches).fill("success"));
  // In graph order, over as many hops as it takes, and joined once.
  expect(ends.map(({ branch_key: key }) => Number(/b(\d+)$/.exec(key)?.[1]))).toEqual(
    Array.from({ length: branches }, (_, n) => n + 1),
  );
  expect(new Set(ends.map(({ seq }) => hopAt(log, seq))).size).toBe(chunks);
  expect(log.flatMap((event) => (event.event === "fanout_joined" ? [event.counts] : []))).toEqual([
    { total: branches, success: branches, fail: 0, canceled: 0 },
  ]);
  const [tree] = gitOf(s, "for-each-ref", "--format=%(refname)", "refs/attractor/*/code").split("\n");
  const files = gitOf(s, "ls-tree", "--name-only", tree!).split("\n");
  expect(files.filter((name) => /^b\d+\.txt$/.test(name))).toHaveLength(branches);
  // A turn for every hop, and one to end the run.
  expect(turns).toHaveLength(chunks + 2);
  expect(beyondBounds(turns)).toEqual([]);
}

const hopAt = (log: Wide["log"], seq: number): number =>
  log.filter((event) => event.event === "hop_started" && event.seq < seq).length;
