import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { startBox } from "../../box/server.ts";
import { runDoctor } from "../../cli/doctor.ts";
import { defaultJobs } from "../../engine/config/jobs.ts";
import { setupFiles } from "../../github/workflows/init-files.ts";
import { ATTRACTOR } from "../attractor.ts";
import { called } from "../called.ts";
import { putFiles } from "../put-files.ts";

async function setUp() {
  const box = await startBox({ limits: "off" });
  const user = box.user("ada");
  const repository = await box.createRepository({ owner: user, name: "game", files: { "a.txt": "a" } });
  await box.commit(repository, { by: user, branch: "main", message: "two", files: { "b.txt": "b" } });
  const folder = mkdtempSync(join(tmpdir(), "doctor-live-"));
  onTestFinished(async () => {
    rmSync(folder, { recursive: true, force: true });
    await box.close();
  });
  execFileSync("git", ["init", "--quiet", folder]);
  const env = { GITHUB_API_URL: box.apiUrl, GITHUB_TOKEN: box.tokenOf(user) };
  const refs = () =>
    execFileSync("git", ["--git-dir", repository.gitDir, "for-each-ref", "--format=%(refname)"], {
      encoding: "utf8",
    })
      .split("\n")
      .filter((ref) => ref.startsWith("refs/attractor/"));
  const doctor = async (...args: string[]) => {
    Object.assign(process.env, env);
    onTestFinished(() => {
      for (const name of Object.keys(env)) delete process.env[name];
    });
    return await called(runDoctor, ...args, "--repo", "ada/game", "--live", folder);
  };
  const json = async () => {
    const { code, out } = await doctor("--json");
    const said = JSON.parse(out) as {
      findings: { code: string; title: string }[];
      live: { probes: { name: string; ok: boolean; said: string }[]; left: { refs: string[] } };
    };
    const live = said.findings.filter((finding) => finding.code.startsWith("LIVE_"));
    return { code, live, probes: said.live.probes, left: said.live.left.refs };
  };
  return { box, repository, folder, env, refs, doctor, json };
}

describe("attractor doctor --live", () => {
  it("R-GH-5: makes, moves and is refused hidden refs in the repository, and leaves nothing there", async () => {
    const { box, json, refs, doctor } = await setUp();
    const { live, probes, left } = await json();
    expect(probes.map(({ name, ok }) => `${ok ? "ok" : "not"} ${name}`)).toEqual([
      "ok hidden refs",
      "ok read after write",
      "ok list after write",
      "ok made once",
      "ok moved forward",
      "ok forward only",
      "ok read after move",
    ]);
    expect([live, left, refs()]).toEqual([[], [], []]);
    // Objects cannot be deleted: none was made.
    expect(box.requests.filter(({ path }) => /git\/(?:commits|trees|blobs)$/.test(path))).toEqual([]);
    expect((await doctor()).out).toMatch(
      /Not probed: what the app's token may do.*\nNot probed: what a job may do/,
    );
  }, 60_000);

  it("tells in GitHub's words that a rule refuses hidden refs", async () => {
    const { box, repository, json, refs } = await setUp();
    box.setRefusals(repository, [{ refs: "refs/attractor/*", message: "a ruleset says no" }]);
    const { code, live } = await json();
    expect(code).toBe(2);
    expect(live).toMatchObject([
      { code: "LIVE_REFUSED", title: expect.stringContaining("a ruleset says no") },
    ]);
    expect(refs()).toEqual([]);
  }, 60_000);

  it("looks until what it wrote is shown, and tells how long that took", async () => {
    const { box, json } = await setUp();
    const looks = async () => {
      const before = box.requests.length;
      const { probes } = await json();
      expect(probes.find(({ name }) => name === "read after write")).toMatchObject({
        ok: true,
        said: expect.stringMatching(/^seen after \d+ ms$/),
      });
      return box.requests.slice(before).filter(({ path }) => /git\/ref\/attractor/.test(path)).length;
    };
    const prompt = await looks();
    box.clock.advance(60_000);
    box.faults.staleReadsMs = 400;
    expect(await looks()).toBeGreaterThan(prompt);
  }, 60_000);

  it.each([
    ["the answer to its creation is lost", { kind: "drop-after", on: "git/create-ref" } as const],
    ["a move fails", { kind: "error-before", on: "git/update-ref" } as const],
    ["its first deletion fails", { kind: "error-before", on: "git/delete-ref" } as const],
  ])(
    "leaves nothing behind when %s",
    async (_, fault) => {
      const { box, json, refs } = await setUp();
      box.faults.add(fault);
      const { left } = await json();
      expect([left, refs()]).toEqual([[], []]);
    },
    60_000,
  );

  it("names what it could not delete, and how to", async () => {
    const { box, json, refs } = await setUp();
    box.faults.add({ kind: "error-before", on: "git/delete-ref", times: 100 });
    const { code, live, left } = await json();
    expect([code, left]).toEqual([2, refs()]);
    expect(left).toHaveLength(1);
    expect(live).toMatchObject([{ code: "LIVE_LEFT_BEHIND", title: expect.stringContaining(left[0]!) }]);
  }, 60_000);

  it("deletes what an earlier one that was killed has left", async () => {
    const { repository, json, refs } = await setUp();
    const old = `refs/attractor/doctor-${Math.floor(Date.now() / 1000) - 7200}-0a1b2c3d/probe`;
    const young = `refs/attractor/doctor-${Math.floor(Date.now() / 1000)}-0a1b2c3d/probe`;
    for (const ref of [old, young])
      execFileSync("git", ["--git-dir", repository.gitDir, "update-ref", ref, "refs/heads/main"]);
    await json();
    expect(refs()).toEqual([young]);
  }, 60_000);

  it.each(["SIGINT", "SIGTERM"] as const)(
    "R-LIFE-6: leaves nothing behind when %s ends it",
    async (signal) => {
      const { box, env, folder, refs } = await setUp();
      // The ref is there and is not shown: it waits for it.
      box.clock.advance(120_000);
      box.faults.staleReadsMs = 60_000;
      const child = spawn(process.execPath, [ATTRACTOR, "doctor", "--repo", "ada/game", "--live", folder], {
        env: { ...process.env, ...env },
        stdio: "ignore",
      });
      const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
      while (refs().length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      child.kill(signal);
      expect(await ended).toBe(3);
      expect(refs()).toEqual([]);
    },
    60_000,
  );

  it("says how many jobs --accept takes, and begins nothing where nobody can agree to them", async () => {
    const { box, folder, env } = await setUp();
    const files = setupFiles({ action: "o/attractor@v1", jobs: defaultJobs() });
    putFiles(folder, Object.fromEntries(files.map(({ path, text }) => [path, text])));
    Object.assign(process.env, env);
    onTestFinished(() => {
      for (const name of Object.keys(env)) delete process.env[name];
    });
    const asked = await called(runDoctor, "--repo", "ada/game", "--accept", folder);
    expect([asked.code, asked.out]).toEqual([2, ""]);
    expect(asked.err).toMatch(
      /--accept takes about 11 jobs .* in ada\/game\n.*--yes takes these jobs without asking/,
    );
    expect(box.requests.filter(({ method }) => method !== "GET")).toEqual([]);
    expect((await called(runDoctor, "--accept", folder)).err).toContain("--accept needs --repo OWNER/NAME");
    expect((await called(runDoctor, "--yes", folder)).err).toContain("--yes goes with --accept");
  }, 60_000);
});
