import { App, Octokit } from "octokit";
import { describe, expect, it } from "vitest";
import { registration } from "../../app/registration.ts";
import { runDoctor } from "../../cli/doctor.ts";
import type { Jobs } from "../../engine/config/jobs.ts";
import { CALLER_PATH } from "../../github/workflows/init-files.ts";
import { called } from "../called.ts";
import { checkout } from "./checkout.ts";
import { gitOf } from "./inspect.ts";
import { callerText, type Scene, scene } from "./support.ts";

async function probed(s: Scene, given: Partial<Jobs>, env: NodeJS.ProcessEnv = {}) {
  const folder = checkout(given);
  const variables = { GITHUB_API_URL: s.box.apiUrl, GITHUB_TOKEN: s.box.tokenOf(s.user), ...env };
  Object.assign(process.env, variables);
  try {
    const { code, out } = await called(runDoctor, "--json", "--repo", "ada/game", "--live", folder);
    const { live, findings } = JSON.parse(out) as {
      live: {
        probes: { name: string; ok: boolean; said: string }[];
        notProbed: string[];
        left: { refs: string[]; runs: string[] };
      };
      findings: { code: string; title: string; advice: string }[];
    };
    const told = live.probes.filter(({ name }) => name.startsWith("job"));
    return { code, live, told, found: findings.filter((each) => each.code.startsWith("LIVE_")) };
  } finally {
    for (const name of Object.keys(variables)) delete process.env[name];
  }
}

const leftIn = (s: Scene) => [gitOf(s, "for-each-ref", "refs/attractor"), s.repository.runs.size];

describe("attractor doctor --live asks a job", () => {
  it("R-GH-5: of its token, its stages' user and its image, and deletes refs and workflow run", async () => {
    const s = await scene({});
    const { told, found, live } = await probed(s, {});
    expect(told.map(({ name, ok }) => `${ok ? "ok" : "not"} ${name}`)).toEqual([
      "ok job, hidden refs",
      "ok job, read by the API after a push",
      "ok job, deleted",
      "ok job, other workflow files",
      "ok job, stages",
      "ok job, image",
    ]);
    const of = (name: string) => told.find((probe) => probe.name === `job, ${name}`)?.said;
    expect(of("stages")).toMatch(
      /^run as attractor-stage\S*, in the groups attractor-stage\S*, and reach neither/,
    );
    expect(of("image")).toMatch(/is in the groups .+; ptrace_scope (?:\d|unknown); node v\d+/);
    expect([found, live.left, leftIn(s)]).toEqual([[], { refs: [], runs: [], workflows: [] }, ["", 0]]);
  }, 120_000);

  it("R-GH-5: of the trunk job's token where jobs with stages only read", async () => {
    const s = await scene({}, { jobs: { contents: "read" } });
    const { told, found } = await probed(s, { contents: "read" });
    expect(told.map(({ name }) => name)).toEqual([
      "job, hidden refs",
      "job, read by the API after a push",
      "job, deleted",
      "job, other workflow files",
      "job, image",
    ]);
    expect([found, leftIn(s)]).toEqual([[], ["", 0]]);
  }, 120_000);

  it.each([
    ["branches", "a hidden ref takes a commit with them"],
    ["every ref", "a hidden ref takes no commit with them"],
  ] as const)(
    "R-GH-22: whether refs take commits with other workflow files (%s)",
    async (workflowsRight, said) => {
      const s = await scene({}, { policy: { workflowsRight } });
      const newer = { [CALLER_PATH]: `${callerText()}# newer\n` };
      await s.box.commit(s.repository, { by: s.user, message: "ci", files: newer });
      const { told, live } = await probed(s, {});
      expect(told.find(({ name }) => name === "job, other workflow files")?.said).toContain(said);
      expect([live.left, leftIn(s)]).toEqual([{ refs: [], runs: [], workflows: [] }, ["", 0]]);
    },
    120_000,
  );

  it("tells that a rule refuses the job what it allows a person", async () => {
    const s = await scene({});
    s.box.setRefusals(s.repository, [{ refs: "refs/attractor/*/job*", message: "a ruleset says no" }]);
    const { told, found, code } = await probed(s, {});
    expect(told[0]).toMatchObject({ ok: false, said: expect.stringContaining("a ruleset says no") });
    expect(found).toMatchObject([
      {
        code: "LIVE_REFUSED",
        title: expect.stringContaining("job, hidden refs"),
        advice: expect.stringContaining("rulesets"),
      },
    ]);
    expect([code, leftIn(s)]).toEqual([2, ["", 0]]);
  }, 120_000);

  it("keeps a workflow run that said nothing, and names its page", async () => {
    const s = await scene({});
    const broken = callerText().replace("runs-on: ubuntu-latest", "runs-on: ");
    await s.box.commit(s.repository, {
      by: s.user,
      branch: "main",
      message: "b",
      files: { [CALLER_PATH]: broken },
    });
    const { told, found, live } = await probed(s, {});
    expect(told).toMatchObject([
      { name: "job", ok: false, said: expect.stringContaining("startup_failure") },
    ]);
    expect(live.left.runs).toHaveLength(1);
    expect(found.map(({ code }) => code)).toEqual(["LIVE_REFUSED", "LIVE_LEFT_BEHIND"]);
    expect(found[0]?.title).toContain(live.left.runs[0]);
  }, 120_000);

  it("starts nothing where the caller on the default branch does not hand on the hop", async () => {
    const s = await scene({ "graphs/hello.dot": "digraph g {}" });
    const caller = callerText();
    const deaf = caller.replace(/^ {10}hop: \$\{\{.*\n/m, "");
    expect(deaf).not.toBe(caller);
    await s.box.commit(s.repository, {
      ...{ by: s.user, branch: "main", message: "b", files: { [CALLER_PATH]: deaf } },
    });
    const { live, told } = await probed(s, {});
    expect([told, s.repository.runs.size]).toEqual([[], 0]);
    expect(live.notProbed.at(-1)).toContain("does not hand on hop");
  }, 120_000);

  it("watches on when an answer does not come, and names the workflow run when none comes", async () => {
    const s = await scene({});
    s.box.faults.add({ kind: "error-before", on: "actions/get-workflow-run", times: 2 });
    const { live, found } = await probed(s, {});
    expect([found, live.left.runs, leftIn(s)]).toEqual([[], [], ["", 0]]);
    s.box.faults.add({ kind: "error-before", on: "actions/get-workflow-run", times: 100 });
    s.box.faults.add({ kind: "error-before", on: "actions/delete-workflow-run", times: 100 });
    const lost = await probed(s, {});
    expect(lost.live.left.runs).toEqual([expect.stringMatching(/\/ada\/game\/actions\/runs\/\d+$/)]);
    expect(lost.found.map(({ code }) => code)).toEqual(["LIVE_REFUSED", "LIVE_LEFT_BEHIND"]);
  }, 120_000);

  it("says what it could not ask where the token may not dispatch", async () => {
    const s = await scene({});
    const { key } = appOn(s, { contents: "write", metadata: "read" });
    const own = new App({ ...key, Octokit: Octokit.defaults({ baseUrl: s.box.apiUrl }) });
    const octokit = await own.getInstallationOctokit(key.installation);
    const { token } = (await octokit.auth({ type: "installation" })) as { token: string };
    const { told, live } = await probed(s, {}, { GITHUB_TOKEN: token });
    expect(told).toEqual([]);
    expect(live.notProbed.at(-1)).toContain("Actions: write");
  }, 120_000);
});

describe("attractor doctor --live asks the app", () => {
  it("R-GH-5: of its token, where its key is at hand", async () => {
    const s = await scene({});
    const { env } = appOn(s, registration().default_permissions);
    const { live, found } = await probed(s, {}, env);
    const told = live.probes.filter(({ name }) => name.startsWith("app"));
    expect(told.map(({ name, ok }) => `${ok ? "ok" : "not"} ${name}`)).toEqual([
      "ok app, permissions",
      "ok app, hidden refs",
      "ok app, read after write",
      "ok app, list after write",
      "ok app, made once",
      "ok app, forward only",
    ]);
    expect([found, leftIn(s), live.notProbed]).toEqual([[], ["", 0], []]);
  }, 120_000);

  it("tells what it was not granted, and that it is not installed", async () => {
    const s = await scene({});
    const { env, installation } = appOn(s, { contents: "write", metadata: "read" });
    const { found } = await probed(s, {}, env);
    expect(found).toMatchObject([{ title: expect.stringContaining("not granted actions: write") }]);
    s.box.uninstall(installation);
    const absent = await probed(s, {}, env);
    expect(absent.found).toMatchObject([
      { title: expect.stringMatching(/^app, permissions: it has no access/) },
    ]);
  }, 120_000);
});

function appOn(s: Scene, permissions: Record<string, "read" | "write">) {
  const { app, privateKey } = s.box.registerApp({
    slug: "attractor",
    owner: s.user,
    permissions,
    events: [],
    hook: { url: "http://127.0.0.1:1/webhooks", secret: "secret" },
  });
  const installation = s.box.install(app, s.user);
  return {
    installation,
    key: { appId: app.id, privateKey, installation: installation.id },
    env: { APP_ID: String(app.id), PRIVATE_KEY: privateKey },
  };
}
