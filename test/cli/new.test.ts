/** `attractor new`, and shipped graphs by name. */
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { here } from "../local/here.ts";
import { cli, finalOf, folder, git, repository } from "../local/world.ts";

const GRAPHS = new URL("../../graphs/", import.meta.url).pathname;

describe("attractor new", () => {
  it("lists every graph with the first sentence of its README", async () => {
    const { code, out } = await here("new");
    expect(code).toBe(0);
    for (const name of readdirSync(GRAPHS)) expect(out).toMatch(new RegExp(`^${name} +[A-Z].*\\.$`, "m"));
    const listed = JSON.parse((await here("new", "--json")).out).graphs as { name: string }[];
    expect(listed.map(({ name }) => name)).toEqual(readdirSync(GRAPHS).sort());
  });

  it("copies one with all its files, says what to type next, and that works with nothing committed of it", () => {
    const repo = repository();
    const copied = cli(repo, "new", "hello");
    expect([copied.code, copied.err]).toEqual([0, ""]);
    expect(readdirSync(join(repo, "graphs/hello")).sort()).toEqual(readdirSync(join(GRAPHS, "hello")).sort());
    const [, next = ""] = /^next: attractor (.*)$/m.exec(copied.out) ?? [];
    const run = cli(repo, ...next.split(" "), "--logs-root", join(folder(), "run"));
    expect([run.code, run.err]).toEqual([0, ""]);
    expect(git(repo, "status", "--short", "--untracked-files=all")).toMatch(/^\?\? graphs\/hello\/README.md/);
  });

  it("writes over nothing", async () => {
    const at = folder();
    writeFileSync(join(at, "hello.dot"), "mine");
    const { code, err } = await here("new", "hello", "--to", at);
    expect([code, err]).toEqual([2, expect.stringContaining("hello.dot exists, so nothing was written")]);
    expect(readdirSync(at)).toEqual(["hello.dot"]);
  });

  it("names the nearest for a name that does not ship", async () => {
    const { code, err } = await here("new", "helo");
    expect([code, err]).toEqual([2, expect.stringContaining("did you mean hello?")]);
  });
});

describe("a shipped graph by its name", () => {
  it("is run, checked and drawn; a file of that name comes first", async () => {
    const root = join(folder(), "run");
    expect((await here("run", "hello", "--workdir", repository(), "--logs-root", root, "--json")).code).toBe(
      0,
    );
    expect(finalOf(root).status).toBe("success");
    expect((await here("validate", "hello")).code).toBe(0);
    expect((await here("graph", "hello")).out).toContain("<svg");
    const at = folder();
    writeFileSync(join(at, "hello"), "digraph g { }");
    expect(cli(at, "validate", "hello").out).toContain("start_node");
    expect(existsSync(join(at, "hello"))).toBe(true);
  });

  it("that is misspelt is told with the nearest, and what is no file without a page that says nothing of it", async () => {
    expect((await here("run", "quikstart")).err).toBe(
      "attractor run: there is no file quikstart, and no graph of that name ships; did you mean quickstart?\n",
    );
    expect((await here("run", "telegraph")).err).toContain("`attractor new` lists those that do");
    expect((await here("run", "graphs/none.dot")).err).toBe(
      "attractor run: there is no file graphs/none.dot\n",
    );
  });
});
