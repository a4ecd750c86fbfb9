import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { commitOn } from "./support/commit-on.ts";
import { refusal, town } from "./support/town.ts";

const gitIn = (gitDir: string, ...args: string[]) =>
  execFileSync("git", [`--git-dir=${gitDir}`, ...args], { encoding: "utf8" }).trim();

describe("refs", () => {
  it("are git's own: what the API moves git sees, and the other way round", async () => {
    const { repository, bob, as, at, main } = await town();
    const me = as(bob);
    await me.rest.git.createRef({ ...at, ref: "refs/attractor/r1/trunk", sha: main });
    expect(gitIn(repository.gitDir, "rev-parse", "refs/attractor/r1/trunk")).toBe(main);
    gitIn(repository.gitDir, "update-ref", "refs/attractor/r2/open", main);
    expect((await me.rest.git.getRef({ ...at, ref: "attractor/r2/open" })).data.object).toMatchObject({
      sha: main,
      type: "commit",
    });
  });

  it("match by prefix in any namespace, and an empty list is no error", async () => {
    const { bob, as, at, main } = await town();
    const me = as(bob);
    for (const ref of ["refs/attractor/r1/trunk", "refs/attractor/r1/open", "refs/attractor/r10/open"]) {
      await me.rest.git.createRef({ ...at, ref, sha: main });
    }
    const names = async (ref: string) =>
      (await me.rest.git.listMatchingRefs({ ...at, ref })).data.map((one) => one.ref);
    expect(await names("attractor/r1")).toEqual([
      "refs/attractor/r1/open",
      "refs/attractor/r1/trunk",
      "refs/attractor/r10/open",
    ]);
    expect(await names("attractor/r1/")).toEqual(["refs/attractor/r1/open", "refs/attractor/r1/trunk"]);
    expect(await names("attractor/none")).toEqual([]);
    expect((await refusal(me.rest.git.getRef({ ...at, ref: "attractor/r1" }))).status).toBe(404);
  });

  it("are created once: the second of two creators is told", async () => {
    const { bob, as, at, main } = await town();
    const me = as(bob);
    const make = () => me.rest.git.createRef({ ...at, ref: "refs/attractor/r1/trunk", sha: main });
    const ends = await Promise.allSettled([make(), make(), make()]);
    expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await refusal(make())).toMatchObject({ status: 422, message: "Reference already exists" });
  });

  it.each([
    ["refs/short", "Reference name is invalid"],
    ["heads/x", "Reference name is invalid"],
    ["refs/heads/a..b", "Reference name is invalid"],
    ["refs/heads/main/below", "Reference update failed"],
    ["refs/pull/1/head", "Reference cannot be updated: it is hidden"],
  ])("refuse the name %s", async (ref, message) => {
    const { bob, as, at, main } = await town();
    expect(await refusal(as(bob).rest.git.createRef({ ...at, ref, sha: main }))).toMatchObject({
      status: 422,
      message,
    });
  });

  it("name objects that exist", async () => {
    const { bob, as, at } = await town();
    const call = as(bob).rest.git.createRef({ ...at, ref: "refs/x/y", sha: "1".repeat(40) });
    expect((await refusal(call)).message).toBe("Object does not exist");
  });

  it("move forward only, so that one of two writers from the same tip loses", async () => {
    const { bob, as, at, main } = await town();
    const me = as(bob);
    const [one, two] = [await commitOn(me, at, main, "a", "1"), await commitOn(me, at, main, "a", "2")];
    const move = (sha: string) => me.rest.git.updateRef({ ...at, ref: "heads/main", sha, force: false });
    const ends = await Promise.allSettled([move(one), move(two)]);
    expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const tip = (await me.rest.git.getRef({ ...at, ref: "heads/main" })).data.object.sha;
    expect((await refusal(move(tip === one ? two : one))).message).toBe("Update is not a fast forward");
    await me.rest.git.updateRef({ ...at, ref: "heads/main", sha: main, force: true });
  });

  it("let two writers who said the same in the same second both believe that they won", async () => {
    const { bob, as, at, main } = await town({ clock: { speed: 0 } });
    const me = as(bob);
    const write = async () => {
      const sha = await commitOn(me, at, main, "log", "event", "append");
      return (await me.rest.git.updateRef({ ...at, ref: "heads/main", sha })).data.object.sha;
    };
    const [first, second] = [await write(), await write()];
    expect(first).toBe(second);
  });

  it("are deleted, but not the default branch and not twice", async () => {
    const { bob, as, at, main } = await town();
    const me = as(bob);
    await me.rest.git.createRef({ ...at, ref: "refs/x/y", sha: main });
    await me.rest.git.deleteRef({ ...at, ref: "x/y" });
    expect((await refusal(me.rest.git.deleteRef({ ...at, ref: "x/y" }))).message).toBe(
      "Reference does not exist",
    );
    expect((await refusal(me.rest.git.updateRef({ ...at, ref: "x/y", sha: main }))).message).toBe(
      "Reference does not exist",
    );
    expect((await refusal(me.rest.git.deleteRef({ ...at, ref: "heads/main" }))).status).toBe(422);
  });

  it("follow the rules that a repository sets", async () => {
    const { box, repository, bob, as, at, main } = await town();
    const me = as(bob);
    box.setRefusals(repository, [
      { refs: "refs/attractor/*/code", message: "push protection: a secret was found" },
    ]);
    const code = me.rest.git.createRef({ ...at, ref: "refs/attractor/r1/code", sha: main });
    expect((await refusal(code)).message).toBe("push protection: a secret was found");
    await me.rest.git.createRef({ ...at, ref: "refs/attractor/r1/trunk", sha: main });
    box.setRefusals(repository, []);
    await me.rest.git.createRef({ ...at, ref: "refs/attractor/r1/code", sha: main });
  });
});

describe("objects", () => {
  it("keep a commit's message and times byte for byte", async () => {
    const { repository, bob, as, at, main } = await town();
    const me = as(bob);
    const tree = (await me.rest.git.getCommit({ ...at, commit_sha: main })).data.tree.sha;
    const author = { name: "A <B>", email: "a@b.test", date: "2026-01-02T03:04:05Z" };
    const made = await me.rest.git.createCommit({
      ...at,
      message: "no newline",
      tree,
      parents: [main],
      author,
    });
    expect(made.data.author).toEqual({ name: "A B", email: "a@b.test", date: "2026-01-02T03:04:05Z" });
    expect(gitIn(repository.gitDir, "cat-file", "commit", made.data.sha).endsWith("\n\nno newline")).toBe(
      true,
    );
    const read = await me.rest.git.getCommit({ ...at, commit_sha: made.data.sha });
    expect(read.data).toMatchObject({ message: "no newline", parents: [{ sha: main }] });
  });

  it("build trees on a base: add, change, delete, nest", async () => {
    const { bob, as, at, main } = await town({ files: { "d/old.txt": "o" } });
    const me = as(bob);
    const blob = (await me.rest.git.createBlob({ ...at, content: "AP8=", encoding: "base64" })).data.sha;
    const made = await me.rest.git.createTree({
      ...at,
      base_tree: main,
      tree: [
        { path: "d/old.txt", mode: "100644", type: "blob", sha: null },
        { path: "n/e/w.bin", mode: "100755", type: "blob", sha: blob },
        { path: "README.md", mode: "100644", type: "blob", content: "changed" },
      ],
    });
    const all = await me.rest.git.getTree({ ...at, tree_sha: made.data.sha, recursive: "1" });
    const paths = all.data.tree
      .filter(({ type }) => type === "blob")
      .map(({ path, mode }) => `${mode} ${path}`);
    expect(paths).toEqual(["100644 .github/workflows/hop.yml", "100644 README.md", "100755 n/e/w.bin"]);
    const read = await me.rest.git.getBlob({ ...at, file_sha: blob });
    expect(read.data).toMatchObject({ content: "AP8=", encoding: "base64", size: 2 });
  });

  it.each([
    [{ path: "a/../b", mode: "100644", type: "blob", content: "x" }, /malformed path/],
    [{ path: "a", mode: "100644", type: "blob", content: "x", sha: "0".repeat(40) }, /not both/],
    [{ path: "a", mode: "100644", type: "blob", sha: "1".repeat(40) }, /is not a valid blob/],
    [{ path: "a", mode: "100644", type: "blob" }, /tree.sha or tree.content/],
  ])("refuse the tree entry %j", async (entry, message) => {
    const { bob, as, at } = await town();
    const refused = await refusal(
      as(bob).request(`POST /repos/${at.owner}/${at.repo}/git/trees`, { tree: [entry] }),
    );
    expect(refused).toMatchObject({ status: 422, message: expect.stringMatching(message) });
  });

  it("need a tree and parents that exist", async () => {
    const { bob, as, at, main } = await town();
    const me = as(bob);
    const make = (tree: string, parents: string[]) =>
      me.rest.git.createCommit({ ...at, message: "x", tree, parents });
    expect((await refusal(make(main, []))).message).toBe("Tree SHA does not exist");
    const tree = (await me.rest.git.getCommit({ ...at, commit_sha: main })).data.tree.sha;
    expect((await refusal(make(tree, [tree]))).message).toMatch(/Parent SHA/);
  });
});

describe("contents", () => {
  it("are read at a ref: a file, a folder, nothing", async () => {
    const { box, repository, ada, bob, as, at } = await town({
      files: { "g/a.dot": "digraph {}", "g/b.dot": "x" },
    });
    await box.commit(repository, { by: ada, branch: "side", message: "m", files: { "g/a.dot": "other" } });
    const me = as(bob);
    const file = async (ref?: string) => {
      const { data } = await me.rest.repos.getContent({
        ...at,
        path: "g/a.dot",
        ...(ref === undefined ? {} : { ref }),
      });
      return Buffer.from((data as { content: string }).content, "base64").toString();
    };
    expect([await file(), await file("side")]).toEqual(["digraph {}", "other"]);
    const folder = (await me.rest.repos.getContent({ ...at, path: "g" })).data as {
      name: string;
      type: string;
    }[];
    expect(folder.map(({ name, type }) => `${type} ${name}`)).toEqual(["file a.dot", "file b.dot"]);
    expect((await refusal(me.rest.repos.getContent({ ...at, path: "none" }))).status).toBe(404);
    expect((await refusal(me.rest.repos.getContent({ ...at, path: "g", ref: "none" }))).status).toBe(404);
  });

  it("come raw when asked, and without content over one megabyte", async () => {
    const { bob, as, at } = await town({ files: { big: "x".repeat(1024 * 1024 + 1) } });
    const me = as(bob);
    const raw = await me.rest.repos.getContent({ ...at, path: "README.md", mediaType: { format: "raw" } });
    expect(String(raw.data)).toBe("hello\n");
    expect((await me.rest.repos.getContent({ ...at, path: "big" })).data).toMatchObject({
      encoding: "none",
      content: "",
    });
  });
});

describe("workflow files", () => {
  it("cannot be brought in by a token without the workflows permission", async () => {
    const { bob, as, withToken, installationToken, at, main } = await town();
    const sha = await commitOn(as(bob), at, main, ".github/workflows/evil.yml", "on: push\njobs: {}\n");
    const app = withToken(await installationToken());
    for (const ref of ["refs/heads/side", "refs/attractor/r1/code"]) {
      const refused = await refusal(app.rest.git.createRef({ ...at, ref, sha }));
      expect(refused).toMatchObject({
        status: 403,
        message: expect.stringMatching(/evil\.yml` without `workflows` permission/),
      });
    }
    await app.rest.git.createRef({ ...at, ref: "refs/heads/same", sha: main });
    await as(bob).rest.git.createRef({ ...at, ref: "refs/heads/side", sha });
  });
});

describe("stale reads", () => {
  it("show a moved, made or deleted ref as it was, for as long as the knob says", async () => {
    const { box, repository, ada, bob, as, at, main } = await town({ clock: { speed: 0 } });
    const me = as(bob);
    await me.rest.git.createRef({ ...at, ref: "refs/x/gone", sha: main });
    box.clock.advance(60_000);
    box.faults.staleReadsMs = 5000;
    await box.commit(repository, { by: ada, message: "m", files: { a: "1" } });
    await me.rest.git.createRef({ ...at, ref: "refs/x/new", sha: main });
    await me.rest.git.deleteRef({ ...at, ref: "x/gone" });
    const seen = async () =>
      (await me.rest.git.listMatchingRefs({ ...at, ref: "x/" })).data.map(({ ref }) => ref);
    const tip = async () => (await me.rest.git.getRef({ ...at, ref: "heads/main" })).data.object.sha;
    expect([await tip(), await seen()]).toEqual([main, ["refs/x/gone"]]);
    expect((await refusal(me.rest.repos.getContent({ ...at, path: "a" }))).status).toBe(404);
    box.clock.advance(5001);
    expect([(await tip()) === main, await seen()]).toEqual([false, ["refs/x/new"]]);
  });
});
