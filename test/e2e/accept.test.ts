/** `attractor doctor --accept`: green in the box, each fault names its row, and nothing stays, also where it is interrupted. */

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Policy } from "../../box/policy.ts";
import { runDoctor } from "../../cli/doctor.ts";
import { ASSUMED, type Seen } from "../../cli/setup/acceptance/assumptions.ts";
import { branchOf, graphPath, makeBranch } from "../../cli/setup/acceptance/graphs.ts";
import { LIMITS, type Limits, nothingMade } from "../../cli/setup/acceptance/playing.ts";
import { type LiveReport, probeLive } from "../../cli/setup/live-probe.ts";
import { dispatch } from "../../cli/setup/probe-run.ts";
import { gitHub } from "../../github/api/request.ts";
import { CALLER_PATH, CLOCK_PATH } from "../../github/workflows/init-files.ts";
import { ATTRACTOR } from "../attractor.ts";
import { called } from "../called.ts";
import { checkout } from "./checkout.ts";
import { gitOf, story } from "./inspect.ts";
import { until } from "./moments.ts";
import { CLOCK, callerText, EARS, type Scene, scene } from "./support.ts";

const SCHEMA = new URL("../../schemas/output.schema.json", import.meta.url);
const SHORT: Limits = { ...LIMITS, heard: 6_000, canceled: 20_000, lookEvery: 300 };

async function begin(policy: Partial<Policy> = {}): Promise<Scene> {
  const s = await scene({ ...EARS, ...CLOCK }, { policy });
  // A commit whose workflow files are not those of today.
  const newer = { [CALLER_PATH]: `${callerText()}# newer\n` };
  await s.box.commit(s.repository, { by: s.user, message: "ci", files: newer });
  return s;
}

const callers = new Map([[CALLER_PATH, callerText()]]);

/** Into the process's own streams: what it waited for, should it not come. */
async function accepted(
  s: Scene,
  limits: Limits = SHORT,
  stop = new AbortController(),
  hear: (line: string) => void = () => undefined,
) {
  const said: string[] = [];
  const progress = (line: string) => {
    said.push(line);
    hear(line);
  };
  const live = await probeLive({
    access: { apiUrl: s.box.apiUrl, repository: "ada/game", token: s.box.tokenOf(s.user) },
    ...{ callers, accepts: limits, made: nothingMade(), stop: stop.signal, progress },
  });
  return { live, told: () => `${JSON.stringify(live, null, 1)}\n${said.join("\n")}\n${story(s)}` };
}

const rows = ({ acceptance }: LiveReport) =>
  Object.fromEntries((acceptance?.seen ?? []).map(({ row, as }: Seen) => [row, as]));
const GOOD = Object.fromEntries(Object.keys(ASSUMED).map((row) => [row, true]));

const refsIn = (s: Scene): string[] =>
  gitOf(s, "for-each-ref", "--format=%(refname)").split("\n").filter(Boolean);
const NOTHING = { refs: [], runs: [], workflows: [] };
const leftIn = (s: Scene) => ({
  refs: refsIn(s),
  runs: [...s.repository.runs.values()].map(({ title }) => title),
  clock: s.repository.workflows.get(CLOCK_PATH)?.state ?? "active",
});
const CLEAN = { refs: ["refs/heads/main"], runs: [], clock: "active" };

describe("attractor doctor --accept", () => {
  it("R-GH-18: sees all that is assumed, prints the table, and takes away what it made", async () => {
    const s = await begin();
    const given = { GITHUB_API_URL: s.box.apiUrl, GITHUB_TOKEN: s.box.tokenOf(s.user) };
    Object.assign(process.env, given);
    onTestFinished(() => {
      for (const name of Object.keys(given)) delete process.env[name];
    });
    const asked = ["--json", "--repo", "ada/game", "--accept", "--yes", checkout()];
    const { code, out, err } = await called(runDoctor, ...asked);
    const { live, findings } = JSON.parse(out);
    const told = `${JSON.stringify(live, null, 1)}\n${err}\n${story(s)}`;
    expect(rows(live), told).toEqual(GOOD);
    expect([live.acceptance.ended, live.acceptance.issue, live.left]).toEqual([null, null, NOTHING]);
    expect(findings.filter(({ code: name }: { code: string }) => name.startsWith("LIVE_"))).toEqual([]);
    expect(leftIn(s), told).toEqual(CLEAN);
    // Of the checkout, which has no remote.
    expect(code).toBe(2);
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema(JSON.parse(readFileSync(SCHEMA, "utf8")), "outputs");
    const valid = ajv.getSchema("outputs#/$defs/doctor")!;
    expect(valid(JSON.parse(out)) || valid.errors).toBe(true);
    expect(valid({ findings: [], live: { ...live, acceptance: { seen: [], ended: null } } })).toBe(false);
  }, 240_000);

  it("R-GH-18: names the row of each doubt that turns out otherwise, in an issue that names nothing of the repository", async () => {
    const s = await begin({
      ...{ dispatchedRuns: "silent", workflowsByJobs: "refused", workflowsRight: "every ref" },
    });
    s.executor.faults.cancelledSaysFalse = true;
    s.executor.faults.queueMs = 1_200;
    s.box.clock.advance(60_000);
    s.box.faults.staleReadsMs = 4_000;
    const { live, told } = await accepted(s, { ...SHORT, queue: 500, listed: 2_000, heard: 9_000 });
    const differs = ["workflow_files", "listed", "queue", "clock", "clock_off", "workflow_run", "cancelled"];
    expect(rows(live), told()).toEqual({
      ...GOOD,
      ...Object.fromEntries(differs.map((row) => [row, false])),
      canceled: expect.any(Boolean),
    });
    const { issue, ended } = live.acceptance!;
    expect(ended, told()).toBeNull();
    for (const row of differs) expect(issue).toContain(`- ${row}: `);
    expect(issue).toMatch(/^Title: doctor --accept: github\.com differs in workflow_files, .*\n/);
    expect(issue).not.toMatch(/ada|game|ghp_|ghs_|doctor-\d|https?:|\/tmp|127\.0/);
    // What began in the last seconds is in no list yet.
    expect({ ...leftIn(s), runs: [] }, told()).toEqual(CLEAN);
  }, 300_000);

  it("names the row where the answer is refused, goes no further, and says nothing of GitHub's words in the issue", async () => {
    const s = await begin();
    s.box.faults.add({
      ...{ kind: "error-before", on: "repos/get-collaborator-permission-level", times: 1000 },
    });
    const { live, told } = await accepted(s);
    expect(rows(live), told()).toMatchObject({ clock: true, command: false, success: false });
    expect(live.acceptance?.ended).toMatch(
      /^the answer was not taken; http.*\/actions\/runs\/\d+ tells why$/,
    );
    expect(live.acceptance?.issue).not.toMatch(/ada|game|https?:/);
    expect(leftIn(s), told()).toEqual(CLEAN);
  }, 300_000);

  it("names the row where a job's pushes are refused, and runs no graph", async () => {
    const s = await begin();
    s.box.faults.pushesPerMinute = 0;
    const { live, told } = await accepted(s);
    expect(rows(live), told()).toEqual({ refs: false, stages: true });
    expect(live.acceptance?.ended).toContain("no workflow's jobs may do what a run needs");
    expect(leftIn(s), told()).toEqual(CLEAN);
  }, 120_000);

  it("waits no longer than its limit, says for what and how it stands, and deletes what a killed one left an hour ago", async () => {
    const s = await begin();
    const github = gitHub(s.me, "ada/game");
    const name = `doctor-${Math.floor(Date.now() / 1000) - 7200}-0a1b2c3d`;
    await makeBranch(github, gitOf(s, "rev-parse", "main").trim(), name);
    const graph = graphPath(name, "long");
    const abandoned = { github, workflow: "attractor-run.yml", branch: branchOf(name) };
    const id = await dispatch(abandoned, { graph }, graph);
    await until(() => refsIn(s).includes(`refs/attractor/r${id}/trunk`));
    s.executor.faults.queueMs = 4_000;
    const { live, told } = await accepted(s, { ...SHORT, run: 1_000 });
    expect(live.acceptance?.ended, told()).toMatch(
      /^the question of the first run did not come in 1 s; its workflow run is \w+ \(Trunk 1 \w+.*\): http/,
    );
    expect(live.acceptance?.issue).not.toMatch(/ada|game|https?:/);
    expect([live.left, leftIn(s)], told()).toEqual([NOTHING, CLEAN]);
  }, 120_000);

  it("R-LIFE-6: leaves nothing behind when SIGINT ends it while branches run", async () => {
    const s = await begin();
    const args = ["doctor", "--repo", "ada/game", "--accept", "--yes", checkout()];
    const child = spawn(process.execPath, [ATTRACTOR, ...args], {
      env: { ...process.env, GITHUB_API_URL: s.box.apiUrl, GITHUB_TOKEN: s.box.tokenOf(s.user) },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let err = "";
    child.stderr.on("data", (text) => {
      err += text;
    });
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
    const isBranch = ({ name, status }: { name: string; status: string }) =>
      name.startsWith("Branches 1") && status === "in_progress";
    await until(() => [...s.repository.runs.values()].some((run) => run.attempts[0]?.jobs.some(isBranch)));
    child.kill("SIGINT");
    expect(await ended, err).toBe(3);
    expect(err).toContain("SIGINT: deleting what was made");
    expect(leftIn(s), `${err}\n${story(s)}`).toEqual(CLEAN);
  }, 180_000);

  it("R-LIFE-6: nor when it is ended while the answer dispatches the next hop", async () => {
    const s = await begin();
    const stop = new AbortController();
    const { live, told } = await accepted(s, SHORT, stop, (line) => {
      if (line.includes("the command that answers")) stop.abort();
    });
    expect([live.interrupted, live.acceptance?.ended, live.left], told()).toEqual([
      true,
      "it was interrupted",
      NOTHING,
    ]);
    expect(leftIn(s), told()).toEqual(CLEAN);
  }, 180_000);
});
