import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { takeBundle, writeBundle } from "../../engine/git/bundle.ts";
import { gitIn } from "../../engine/git/process.ts";
import { git, gitWorld } from "./git-world.ts";

const MOST = 1_000_000;

/** Two repositories that both have `base`; the first has work above it. */
async function two() {
  const world = await gitWorld();
  onTestFinished(() => world.close());
  const from = await world.folder("from");
  await git(from, "init", "--quiet");
  await writeFile(join(from, "a.txt"), "a");
  await git(from, "add", ".");
  await git(from, "commit", "--quiet", "-m", "base");
  const base = await git(from, "rev-parse", "HEAD");
  const to = await world.folder("to");
  await git(to, "clone", "--quiet", "--bare", from, ".");
  await mkdir(join(from, "deep"));
  await writeFile(join(from, "deep/b.txt"), "b".repeat(1_000));
  await git(from, "add", ".");
  await git(from, "commit", "--quiet", "-m", "work");
  const commit = await git(from, "rev-parse", "HEAD");
  const env = { PATH: process.env.PATH, HOME: from };
  return { base, commit, from: gitIn(from, env), to: gitIn(to, env), fromFolder: from, toFolder: to };
}

const headerOf = (bytes: Buffer): number => bytes.indexOf("\n\n");

describe("a bundle of commits", () => {
  it("brings what is above the known commits, and says which commit", async () => {
    const { base, commit, from, to, toFolder } = await two();
    const bytes = await writeBundle(from, commit, [base]);
    expect(await takeBundle(to, bytes, MOST)).toBe(commit);
    expect(await git(toFolder, "show", `${commit}:deep/b.txt`)).toBe("b".repeat(1_000));
    expect(await git(toFolder, "for-each-ref", "--format=%(refname)")).toBe("refs/heads/main");
  });

  it("is one that git itself reads", async () => {
    const { base, commit, from, toFolder } = await two();
    await writeFile(join(toFolder, "w.bundle"), await writeBundle(from, commit, [base]));
    expect(await git(toFolder, "bundle", "list-heads", "w.bundle")).toBe(`${commit} refs/bundled/${commit}`);
  });

  it.each<[string, (bytes: Buffer, commit: string) => Buffer, RegExp]>([
    ["other bytes", () => Buffer.from("hello"), /no git bundle/],
    ["a bundle without a commit's name", (b) => Buffer.from(`# v2 git bundle\n\n${b}`), /name one commit/],
    [
      "one that names two",
      (b, commit) =>
        Buffer.concat([
          b.subarray(0, headerOf(b)),
          Buffer.from(`\n${commit} refs/x`),
          b.subarray(headerOf(b)),
        ]),
      /name one commit/,
    ],
    [
      "one that names a commit that is not in it",
      (b, commit) => Buffer.from(b.toString("latin1").replaceAll(commit, "1".repeat(40)), "latin1"),
      /does not hold the commit 111111111111/,
    ],
    [
      "a pack that is damaged",
      (b) => {
        const out = Buffer.from(b);
        out[out.length - 25]! ^= 0xff;
        return out;
      },
      /objects that git refuses/,
    ],
  ])("%s is refused", async (_what, change, why) => {
    const { base, commit, from, to } = await two();
    const bytes = change(await writeBundle(from, commit, [base]), commit);
    await expect(takeBundle(to, bytes, MOST)).rejects.toThrow(why);
  });

  it("is refused when it is larger than may be, or holds what git would not take from a stranger", async () => {
    const { base, commit, from, to, fromFolder } = await two();
    const bytes = await writeBundle(from, commit, [base]);
    await expect(takeBundle(to, bytes, 100)).rejects.toThrow(/git refuses/);
    const blob = await git(fromFolder, "rev-parse", `${commit}:a.txt`);
    const tree = (await from(["mktree"], { input: `100644 blob ${blob}\t.git\n` })).stdout.toString().trim();
    const evil = (await from(["commit-tree", "-p", base, "-m", "x", tree])).stdout.toString().trim();
    await expect(takeBundle(to, await writeBundle(from, evil, [base]), MOST)).rejects.toThrow(/hasDotgit/);
  });

  it("is refused when what it builds on is not there", async () => {
    const { commit, from, to, fromFolder } = await two();
    await writeFile(join(fromFolder, "c.txt"), "c");
    await git(fromFolder, "add", ".");
    await git(fromFolder, "commit", "--quiet", "-m", "more");
    const later = await git(fromFolder, "rev-parse", "HEAD");
    await expect(takeBundle(to, await writeBundle(from, later, [commit]), MOST)).rejects.toThrow(
      /git refuses/,
    );
  });
});
