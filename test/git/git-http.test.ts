import { randomBytes } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type GitWorld, git, gitWorld, TOKEN } from "./git-world.ts";

let world: GitWorld;
let url: string;
let clone: string;
beforeEach(async () => {
  world = await gitWorld();
  url = world.url.replace("://", `://x-access-token:${TOKEN}@`);
  clone = await world.folder("clone");
  await git(clone, "init", "--quiet", ".");
});
afterEach(() => world.close());

async function commit(path: string, content: string | Buffer): Promise<string> {
  await writeFile(join(clone, path), content);
  await git(clone, "add", "--all");
  await git(clone, "commit", "--quiet", "-m", path);
  return await git(clone, "rev-parse", "HEAD");
}

describe("git over HTTP, as clients speak it", () => {
  it("takes a push that comes in chunks of unknown length, and serves it back", async () => {
    const big = randomBytes(3 * 1024 * 1024);
    const oid = await commit("big.bin", big);
    await git(clone, "-c", "http.postBuffer=65536", "push", "--quiet", url, "HEAD:refs/attractor/r1/trunk");
    expect(await git(world.server, "rev-parse", "refs/attractor/r1/trunk")).toBe(oid);
    const other = await world.folder("other");
    await git(other, "init", "--quiet", ".");
    await git(other, "fetch", "--quiet", url, "refs/attractor/r1/trunk");
    expect(await git(other, "hash-object", join(clone, "big.bin"))).toBe(
      await git(other, "rev-parse", "FETCH_HEAD:big.bin"),
    );
  });

  it("reads a fetch whose wishes come compressed", async () => {
    const tree = await commit("last", "x");
    for (let n = 0; n < 60; n++) {
      const made = await git(clone, "commit-tree", `${tree}^{tree}`, "-m", String(n));
      await git(clone, "update-ref", `refs/heads/b${n}`, made);
    }
    await git(clone, "push", "--quiet", url, "refs/heads/*:refs/heads/*");
    const other = await world.folder("other");
    await git(other, "init", "--quiet", ".");
    await git(other, "fetch", "--quiet", url, "refs/heads/*:refs/remotes/o/*");
    expect((await git(other, "for-each-ref", "refs/remotes/o/")).split("\n")).toHaveLength(61);
  });

  it("asks git itself what changes: a ref that came meanwhile is fetched, a repository that went is not found", async () => {
    const first = await commit("a", "a");
    await git(clone, "push", "--quiet", url, "HEAD:refs/heads/x");
    expect(await git(clone, "ls-remote", url, "refs/heads/x")).toBe(`${first}\trefs/heads/x`);
    const second = await commit("b", "b");
    await git(clone, "push", "--quiet", url, "HEAD:refs/heads/y");
    expect(await git(clone, "ls-remote", url, "refs/heads/y")).toBe(`${second}\trefs/heads/y`);
    await rm(world.server, { recursive: true });
    await expect(git(clone, "ls-remote", url)).rejects.toThrow(/not found/);
  });

  it("hands push options to the hooks of the server", async () => {
    await commit("a", "a");
    const hook = `#!/bin/sh\ntest "$GIT_PUSH_OPTION_0" = please || exit 1\n`;
    await writeFile(join(world.server, "hooks", "pre-receive"), hook, { mode: 0o755 });
    await expect(git(clone, "push", "--quiet", url, "HEAD:refs/heads/x")).rejects.toThrow(
      "pre-receive hook declined",
    );
    await git(clone, "push", "--quiet", "-o", "please", url, "HEAD:refs/heads/x");
  });

  it("serves partial clones and single objects by name", async () => {
    await commit("a", "a");
    await git(clone, "push", "--quiet", url, "HEAD:refs/heads/main");
    const other = await world.folder("other");
    await git(other, "clone", "--quiet", "--filter=blob:none", "--no-checkout", url, ".");
    expect(await git(other, "rev-list", "--objects", "--missing=print", "HEAD")).toContain("?");
    expect(await git(other, "show", "HEAD:a")).toBe("a");
  });

  it.each([
    ["GET", "/o/r.git/HEAD", 404],
    ["GET", "/o/r.git/objects/info/packs", 404],
    ["GET", "/o/..%2fr.git/info/refs?service=git-upload-pack", 404],
    ["GET", "/o/r.git/info/refs?service=git-evil", 404],
    ["GET", "/o/r.git/info/refs", 404],
    ["GET", "/o/r.git/git-receive-pack", 404],
    ["POST", "/o/r.git/info/refs?service=git-receive-pack", 404],
    ["GET", "/o/r.git/info/refs?service=git-receive-pack", 401],
  ])("answers %s %s with %d", async (method, path, status) => {
    const { origin } = new URL(world.url);
    expect((await fetch(`${origin}${path}`, { method })).status).toBe(status);
  });

  it("outlives clients that leave in the middle of a push", async () => {
    const { origin } = new URL(world.url);
    const leaving = new AbortController();
    const authorization = `Basic ${btoa(`x:${TOKEN}`)}`;
    const endless = new ReadableStream({ pull: (stream) => stream.enqueue(new Uint8Array(65536)) });
    const pushing = fetch(`${origin}/o/r.git/git-receive-pack`, {
      ...{ method: "POST", body: endless, duplex: "half", signal: leaving.signal },
      headers: { authorization, "content-type": "application/x-git-receive-pack-request" },
    } as RequestInit);
    leaving.abort();
    await expect(pushing).rejects.toThrow();
    await commit("a", "a");
    await git(clone, "push", "--quiet", url, "HEAD:refs/heads/main");
  });
});
