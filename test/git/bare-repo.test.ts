import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openBareRepo, RemoteUrlError } from "../../engine/git/bare-repo.ts";
import {
  BadObjectsError,
  fetchRef,
  listRefs,
  pushRefs,
  RemoteUnreachableError,
} from "../../engine/git/refs.ts";
import { retainedCommit } from "../../engine/git/retained-commit.ts";
import { writeCommit } from "../../engine/git/write-commit.ts";
import { type GitWorld, git, gitWorld, TOKEN } from "./git-world.ts";

let world: GitWorld;
beforeEach(async () => {
  world = await gitWorld();
});
afterEach(() => world.close());

const commitWith = (repo: Awaited<ReturnType<GitWorld["machine"]>>, text: string): Promise<string> =>
  writeCommit(repo.git, {
    ...{ ref: "refs/x", parents: [], message: "x", when: new Date(0) },
    changes: new Map([["a.txt", text]]),
  });

describe("the driver's own repository", () => {
  it("R-GH-9: lets the token stand in no environment, argument or file of any process of git", async () => {
    const seen: string[] = [];
    const repo = await world.machine();
    const commit = await commitWith(repo, "x");
    world.fault = async ({ phase }) => {
      if (phase === "push" || phase === "advertise") seen.push(...(await processesOf(process.pid)));
      return null;
    };
    await pushRefs(repo, [{ ref: "refs/heads/x", from: null, to: commit }]);
    expect(await git(world.server, "rev-parse", "refs/heads/x"), "the push came through").toBe(commit);
    expect(seen.filter((each) => each.includes("git-remote-http"))).not.toHaveLength(0);
    expect(
      seen.filter((each) => each.includes(TOKEN) || each.includes(Buffer.from(TOKEN).toString("base64"))),
    ).toEqual([]);
    for (const file of await readdir(await world.folder("machine-0"), {
      recursive: true,
      withFileTypes: true,
    }))
      if (file.isFile())
        expect(await readFile(join(file.parentPath, file.name), "latin1")).not.toContain(TOKEN);
  });

  it("R-GH-9: follows no configuration that somebody else could write", async () => {
    const home = await world.folder("hostile-home");
    await writeFile(
      join(home, ".gitconfig"),
      `[url "http://127.0.0.1:9/"]\n\tinsteadOf = ${new URL(world.url).origin}/\n`,
    );
    await writeFile(join(home, ".netrc"), "machine 127.0.0.1 login evil password evil\n");
    const saved = { ...process.env };
    const ran = join(home, "ran");
    Object.assign(process.env, {
      HOME: home,
      XDG_CONFIG_HOME: home,
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "http.proxy",
      GIT_CONFIG_VALUE_0: "http://127.0.0.1:9",
      GIT_SSH_COMMAND: `touch ${ran}`,
      GIT_ASKPASS: `touch ${ran}`,
      GIT_TRACE_CURL: ran,
      GIT_DIR: home,
    });
    try {
      const repo = await world.machine();
      const commit = await commitWith(repo, "x");
      await pushRefs(repo, [{ ref: "refs/heads/x", from: null, to: commit }]);
      expect(await git(world.server, "rev-parse", "refs/heads/x")).toBe(commit);
    } finally {
      for (const name of Object.keys(process.env)) if (!(name in saved)) delete process.env[name];
      Object.assign(process.env, saved);
    }
    await expect(readFile(ran)).rejects.toMatchObject({ code: "ENOENT" });
    expect(world.requests.every((request) => request.token === TOKEN)).toBe(true);
  });

  it("never gives the token to another server than the one that was named", async () => {
    const other = await gitWorld();
    try {
      const repo = await world.machine();
      const fetched = await repo.online(["ls-remote", other.url], { accept: [128] });
      expect(fetched.exitCode).toBe(128);
      expect(other.requests).toEqual([]);
    } finally {
      await other.close();
    }
  });

  it.each([
    ["git@github.com:o/r.git", "no http address"],
    ["ext::sh -c id", "no http address"],
    ["file:///tmp/r.git", "no http address"],
    ["https://user:secret@example.com/o/r.git", "holds a credential"],
    ["http://example.com/o/r.git", "over plain http"],
  ])("does not speak to %s", async (url, reason) => {
    const opened = openBareRepo(await world.folder("x"), { url, token: () => TOKEN });
    const refusal = await opened.catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(RemoteUrlError);
    expect(refusal).toMatchObject({ message: expect.stringContaining(reason), fix: expect.any(String) });
    expect(String(refusal)).not.toContain("secret");
  });

  it("refuses a token that would say more than a password", async () => {
    const repo = await openBareRepo(await world.folder("x"), {
      url: world.url,
      token: () => "a\nurl=http://evil",
    });
    await expect(listRefs(repo, "refs/")).rejects.toBeInstanceOf(RemoteUrlError);
  });

  it("asks for the token at each call, for one that expires", async () => {
    const tokens = ["expired", TOKEN];
    const repo = await openBareRepo(await world.folder("x"), {
      url: world.url,
      token: async () => tokens.shift()!,
    });
    await expect(listRefs(repo, "refs/")).rejects.toBeInstanceOf(RemoteUnreachableError);
    expect(await listRefs(repo, "refs/")).toEqual(new Map());
  });

  it("takes no object that git's own checks refuse", async () => {
    const tree = await git(world.server, "hash-object", "-t", "tree", "-w", "/dev/null");
    const path = join(await world.folder("bad"), "commit");
    await writeFile(path, `tree ${tree}\nauthor nobody 1 +0000\ncommitter nobody 1 +0000\n\nx\n`);
    const oid = await git(world.server, "hash-object", "-t", "commit", "--literally", "-w", path);
    await git(world.server, "update-ref", "refs/heads/bad", oid);
    const repo = await world.machine();
    await expect(fetchRef(repo, "refs/heads/bad", "refs/seen/bad", "tip")).rejects.toBeInstanceOf(
      BadObjectsError,
    );
    await expect(repo.git(["cat-file", "-e", oid])).rejects.toThrow();
  });
});

describe("refs of a remote", () => {
  it("move together or not at all, and only from where they were seen", async () => {
    const repo = await world.machine();
    const [one, two] = [await commitWith(repo, "1"), await commitWith(repo, "2")];
    const refs = (): Promise<Map<string, string>> => listRefs(repo, "refs/attractor/r/");
    const trunk = "refs/attractor/r/trunk";
    const open = "refs/attractor/r/open";
    await pushRefs(repo, [
      { ref: trunk, from: null, to: one },
      { ref: open, from: null, to: one },
    ]);
    expect(await refs()).toEqual(
      new Map([
        [open, one],
        [trunk, one],
      ]),
    );
    await pushRefs(repo, [
      { ref: trunk, from: one, to: two },
      { ref: open, from: two, to: null },
    ]);
    expect(await refs(), "a stale lease on one ref").toEqual(
      new Map([
        [open, one],
        [trunk, one],
      ]),
    );
    await pushRefs(repo, [{ ref: trunk, from: null, to: two }]);
    expect((await refs()).get(trunk), "creating what exists").toBe(one);
    await pushRefs(repo, [
      { ref: trunk, from: one, to: two },
      { ref: open, from: one, to: null },
    ]);
    expect(await refs()).toEqual(new Map([[trunk, two]]));
  });

  it("of joined legs go away with one push that keeps their work", async () => {
    const repo = await world.machine();
    const legs = [await commitWith(repo, "1"), await commitWith(repo, "2"), await commitWith(repo, "3")];
    const legRef = (n: number): string => `refs/attractor/r/branch/f/1/0${n}-aaaaaaaa/e1a1`;
    await pushRefs(
      repo,
      legs.map((to, n) => ({ ref: legRef(n), from: null, to })),
    );
    const kept = await retainedCommit(repo.git, null, legs);
    await pushRefs(repo, [
      { ref: "refs/attractor/r/kept", from: null, to: kept },
      ...legs.map((from, n) => ({ ref: legRef(n), from, to: null })),
    ]);
    expect(await listRefs(repo, "refs/attractor/")).toEqual(new Map([["refs/attractor/r/kept", kept]]));
    await git(world.server, "gc", "--quiet", "--prune=now");
    for (const leg of legs) expect(await git(world.server, "cat-file", "-t", leg)).toBe("commit");
  });

  it("are listed under their prefix alone", async () => {
    const repo = await world.machine();
    const commit = await commitWith(repo, "1");
    const names = ["refs/attractor/r1/open", "refs/attractor/r10/open", "refs/heads/refs/attractor/r1/x"];
    await pushRefs(
      repo,
      names.map((ref) => ({ ref, from: null, to: commit })),
    );
    expect([...(await listRefs(repo, "refs/attractor/r1/")).keys()]).toEqual(["refs/attractor/r1/open"]);
  });

  it("say what they hold, or that they do not exist, or that nobody answered", async () => {
    const repo = await world.machine();
    expect(await fetchRef(repo, "refs/heads/none", "refs/seen/none", "tip")).toBeNull();
    const commit = await commitWith(repo, "1");
    await pushRefs(repo, [{ ref: "refs/heads/x", from: null, to: commit }]);
    expect(await fetchRef(repo, "refs/heads/x", "refs/seen/x", "tip")).toBe(commit);
    world.fault = () => "drop";
    await expect(fetchRef(repo, "refs/heads/x", "refs/seen/x", "tip")).rejects.toBeInstanceOf(
      RemoteUnreachableError,
    );
    await expect(listRefs(repo, "refs/")).rejects.toBeInstanceOf(RemoteUnreachableError);
  });
});

/** Command line and environment of every process below this one, as anybody of the same user may read them. */
async function processesOf(ancestor: number): Promise<string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const parents = new Map<number, number>();
  for (const pid of pids) {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
    parents.set(Number(pid), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
  }
  const below = (pid: number): boolean => pid > 1 && (pid === ancestor || below(parents.get(pid) ?? 0));
  const mine = pids.map(Number).filter((pid) => pid !== ancestor && below(pid));
  const read = async (pid: number): Promise<string> => {
    const [line, env] = await Promise.all(
      ["cmdline", "environ"].map((name) => readFile(`/proc/${pid}/${name}`, "utf8").catch(() => "")),
    );
    return `${line} ${env}`.replaceAll("\0", " ");
  };
  return await Promise.all(mine.map(read));
}
