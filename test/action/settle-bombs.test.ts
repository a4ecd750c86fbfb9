import { describe, expect, it } from "vitest";
import type { RunEvent } from "../../engine/core/events.ts";
import { writeBundle } from "../../engine/git/bundle.ts";
import { gitIn } from "../../engine/git/process.ts";
import { git } from "../git/git-world.ts";
import { hopWorld } from "./hop-world.ts";
import { bomb, commitOf, commitTree } from "./made-trees.ts";
import { parcelWorld } from "./parcel-world.ts";

type End = Extract<RunEvent, { event: "branch_completed" }>;
const endsOf = (log: readonly RunEvent[]): End[] =>
  log.flatMap((event) => (event.event === "branch_completed" ? [event] : []));

/** The hostile branch alone fails; the hop is settled, its sibling's work kept, and all of it soon. */
function expectBeside(
  log: readonly RunEvent[],
  commit: string,
  why: RegExp,
  started: number,
  before: number,
): void {
  expect(endsOf(log)).toMatchObject([
    { branch_key: "par/v1/01-b1", status: "fail", failure_reason: expect.stringMatching(why) },
    { branch_key: "par/v1/02-b2", status: "success", result: { commit } },
  ]);
  expect(log.at(-1)).toMatchObject({ event: "hop_settled" });
  expect(performance.now() - started).toBeLessThan(30_000);
  expect(process.memoryUsage().rss - before).toBeLessThan(300e6);
}

const HOSTILE: readonly [string, (home: string, base: string) => string, RegExp][] = [
  ...[6, 7, 8].map((levels): (typeof HOSTILE)[number] => [
    `a tree that unfolds to 10^${levels} files`,
    (home, base) => commitTree(home, bomb(home, levels), base),
    /it adds \d+ files and folders; at most 500000 are taken/,
  ]),
  [
    "100,000 links",
    (home, base) =>
      commitOf(
        home,
        base,
        Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`l/${n % 99}/${n}`, { link: "x" }])),
      ),
    /it adds 100000 links/,
  ],
  [
    "links that lead out together",
    (home, base) => commitOf(home, base, { "a/b/x": { link: "../.." }, "a/b/y": { link: "x/../out" } }),
    /"a\/b\/y" is a link that leads out/,
  ],
];

describe("a branch whose work was made to break what looks at it", () => {
  it.each(HOSTILE)("R-SEC-9: %s, in an artifact", async (_what, make, why) => {
    const w = await parcelWorld(2);
    const [bad, good] = [w.branches[0]!, w.branches[1]!];
    const honest = await w.made({ "b2.txt": "x" });
    w.deliver(w.sender(good), w.files(w.sender(good), w.legLines(good, honest.commit), honest.work));
    const commit = make(w.home, w.base);
    const plain = gitIn(w.home, { PATH: process.env.PATH, HOME: w.home });
    const work = await writeBundle(plain, commit, [w.base]);
    w.deliver(w.sender(bad), w.files(w.sender(bad), w.legLines(bad, commit), work));
    const [started, before] = [performance.now(), process.memoryUsage().rss];
    await w.settle();
    expectBeside(await w.trunk(), honest.commit, why, started, before);
  });

  it.each(HOSTILE)("R-SEC-9: %s, on its ref", async (_what, make, why) => {
    const w = await hopWorld(2);
    const [bad, good] = [w.branches[0]!, w.branches[1]!];
    const honest = await w.work(good, { "b2.txt": "x" });
    await w.write(good, w.legLines(good, honest));
    const commit = make(w.home, w.base);
    await git(w.home, "push", "--quiet", w.serverFolder, `${commit}:${w.refOf(bad)}-code`);
    await w.write(bad, w.legLines(bad, commit));
    const [started, before] = [performance.now(), process.memoryUsage().rss];
    await w.settle();
    expectBeside(await w.trunk(), honest, why, started, before);
  });

  it.each([6, 8])("R-SEC-9: a tree that unfolds to 10^%d files in the place of its log", async (levels) => {
    const w = await hopWorld(2);
    const [bad, good] = [w.branches[0]!, w.branches[1]!];
    const honest = await w.work(good, { "b2.txt": "x" });
    await w.write(good, w.legLines(good, honest));
    const commit = commitTree(w.home, bomb(w.home, levels), null);
    await git(w.home, "push", "--quiet", w.serverFolder, `${commit}:${w.refOf(bad)}`);
    const [started, before] = [performance.now(), process.memoryUsage().rss];
    await w.settle();
    expectBeside(await w.trunk(), honest, /its log cannot be read/, started, before);
  });
});
