import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, it, onTestFinished } from "vitest";
import { refusal, type Town, town } from "./support/town.ts";

const env = {
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
  HOME: "/nonexistent",
};

/** A clone with the token in its URL, and git to run in it. */
async function clone({ box }: Town, token: string) {
  const folder = mkdtempSync(join(tmpdir(), "clone-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const url = box.repoUrl("ada", "demo").replace("://", `://x-access-token:${token}@`);
  const git = (...args: string[]) =>
    execa("git", ["-c", "user.name=n", "-c", "user.email=e@x.test", ...args], {
      cwd: folder,
      env,
      extendEnv: true,
    });
  await git("clone", "--quiet", url, ".");
  const commit = async (path: string, text: string) => {
    writeFileSync(join(folder, path), text);
    await git("add", "-A");
    await git("commit", "-q", "-m", `add ${path}`);
    return (await git("rev-parse", "HEAD")).stdout;
  };
  return { git, commit };
}

describe("git over HTTP", () => {
  it("serves the same refs as the API, custom ones and shallow clones included", async () => {
    const here = await town();
    const { git, commit } = await clone(here, here.box.tokenOf(here.bob));
    const sha = await commit("a.txt", "a");
    await git("push", "-q", "origin", "HEAD:refs/heads/main", "HEAD:refs/attractor/r1/trunk");
    const me = here.as(here.bob);
    expect((await me.rest.git.getRef({ ...here.at, ref: "attractor/r1/trunk" })).data.object.sha).toBe(sha);
    await me.rest.git.createRef({ ...here.at, ref: "refs/attractor/r1/open", sha });
    expect((await git("ls-remote", "origin", "refs/attractor/*")).stdout.split("\n")).toHaveLength(2);
    expect(here.box.gitRequests.filter(({ phase }) => phase === "push")).toMatchObject([
      { repo: "ada/demo", caller: `user ID ${here.bob.id}` },
    ]);
    await git("fetch", "-q", "--depth=1", "origin", "refs/attractor/r1/trunk");
  });

  it("asks for the permission that the token has", async () => {
    const here = await town();
    const { box, rita, eve, installationToken } = here;
    await expect(clone(here, "ghp_nobody")).rejects.toThrow(/Authentication failed|403|401/);
    await expect(clone(here, box.tokenOf(eve))).rejects.toThrow(/not found/);
    const reader = await clone(here, box.tokenOf(rita));
    await reader.commit("a", "1");
    await expect(reader.git("push", "-q", "origin", "HEAD")).rejects.toThrow(/403/);
    const narrow = await clone(here, await installationToken({ permissions: { contents: "read" } }));
    await narrow.commit("a", "1");
    await expect(narrow.git("push", "-q", "origin", "HEAD")).rejects.toThrow(/403/);
  });

  it("ends with the token", async () => {
    const here = await town({ clock: { speed: 0 } });
    const { git } = await clone(here, await here.installationToken());
    here.box.clock.advance(61 * 60 * 1000);
    await expect(git("fetch", "origin")).rejects.toThrow(/Authentication failed|401/);
  });

  it("refuses a pull request's refs and a rule's refs, and with --atomic all of a push", async () => {
    const here = await town();
    const { git, commit } = await clone(here, here.box.tokenOf(here.bob));
    await commit("a", "1");
    await expect(git("push", "origin", "HEAD:refs/pull/7/head")).rejects.toThrow(/hidden/);
    here.box.setRefusals(here.repository, [
      { refs: "refs/attractor/*/code", message: "GH013: rule violations found" },
    ]);
    const refs = ["HEAD:refs/attractor/r1/trunk", "HEAD:refs/attractor/r1/code"];
    await expect(git("push", "--atomic", "origin", ...refs)).rejects.toThrow(/GH013: rule violations found/);
    expect((await git("ls-remote", "origin", "refs/attractor/*")).stdout).toBe("");
    await expect(git("push", "origin", ...refs)).rejects.toThrow(/GH013/);
    expect((await git("ls-remote", "origin", "refs/attractor/*")).stdout).toMatch(/trunk$/);
  });

  it("refuses new workflow files from a token without that permission, old ones pass", async () => {
    const here = await town();
    const { git, commit } = await clone(here, await here.installationToken());
    await commit("plain.txt", "1");
    await git("push", "-q", "origin", "HEAD:refs/heads/side");
    await commit(".github/workflows/evil.yml", "on: push\n");
    await expect(git("push", "origin", "HEAD:refs/heads/side")).rejects.toThrow(
      /refusing to allow a GitHub App.*evil\.yml/,
    );
  });

  it("can lose an answer after the push was done, drop it, or throttle it", async () => {
    const here = await town();
    const { git, commit } = await clone(here, here.box.tokenOf(here.bob));
    const sha = await commit("a", "1");
    const tip = async () =>
      (await here.as(here.bob).rest.git.getRef({ ...here.at, ref: "heads/main" })).data.object.sha;
    const push = () => git("push", "origin", "HEAD:refs/heads/main");
    here.box.faults.git = ({ phase }) => (phase === "push" ? { status: 429, text: "slow down" } : null);
    await expect(push()).rejects.toThrow(/429/);
    here.box.faults.git = ({ phase }) => (phase === "push" ? "drop" : null);
    await expect(push()).rejects.toThrow();
    expect(await tip()).toBe(here.main);
    here.box.faults.git = ({ phase }) => (phase === "push" ? "lose_answer" : null);
    await expect(push()).rejects.toThrow();
    expect(await tip()).toBe(sha);
  });

  it("leads from a name that a repository had to where it is, for fetches and pushes", async () => {
    const here = await town();
    const { git, commit } = await clone(here, here.box.tokenOf(here.ada));
    here.box.move(here.repository, { owner: here.box.user("ann"), name: "game" });
    here.box.setRole(here.repository, here.ada, "write");
    await git("fetch", "-q", "origin");
    const sha = await commit("a", "1");
    await git("push", "-q", "origin", "HEAD:refs/heads/main");
    const tip = await here.as(here.ada).rest.git.getRef({ owner: "ann", repo: "game", ref: "heads/main" });
    expect(tip.data.object.sha).toBe(sha);
  });

  it("can be told to slow down after so many pushes in a minute", async () => {
    const here = await town({ clock: { speed: 0 } });
    const { git, commit } = await clone(here, here.box.tokenOf(here.bob));
    here.box.faults.pushesPerMinute = 2;
    const push = async (name: string) => {
      await commit(name, name);
      return git("push", "-q", "origin", "HEAD:refs/heads/main");
    };
    await push("a");
    await push("b");
    await expect(push("c")).rejects.toThrow(/429/);
    here.box.clock.advance(61_000);
    await push("d");
  });

  it("is as stale as the API's refs are, after a push", async () => {
    const here = await town({ clock: { speed: 0 } });
    const { git, commit } = await clone(here, here.box.tokenOf(here.bob));
    here.box.clock.advance(60_000);
    here.box.faults.staleReadsMs = 3000;
    const sha = await commit("a", "1");
    await git("push", "-q", "origin", "HEAD:refs/heads/main", "HEAD:refs/attractor/r1/trunk");
    const me = here.as(here.bob);
    expect((await me.rest.git.getRef({ ...here.at, ref: "heads/main" })).data.object.sha).toBe(here.main);
    expect((await refusal(me.rest.git.getRef({ ...here.at, ref: "attractor/r1/trunk" }))).status).toBe(404);
    here.box.clock.advance(3001);
    expect((await me.rest.git.getRef({ ...here.at, ref: "heads/main" })).data.object.sha).toBe(sha);
  });
});
