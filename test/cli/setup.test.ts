import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";
import { runDoctor } from "../../cli/doctor.ts";
import { runInit } from "../../cli/init.ts";
import { CALLER_PATH, CLOCK_PATH, CONFIG_PATH, COORDINATOR_PATH } from "../../github/workflows/init-files.ts";

function repository(): string {
  const folder = mkdtempSync(join(tmpdir(), "setup-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  execFileSync("git", ["init", "--quiet", folder]);
  return folder;
}

async function called(command: typeof runInit, ...args: string[]) {
  let out = "";
  let err = "";
  const code = await command(args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    stdin: async () => "",
    color: false,
  });
  return { code, out, err };
}

const init = (...args: string[]) => called(runInit, "--action", "o/attractor@v1", ...args);

/** As pushed: the default branch holds what is there now. */
function pushed(folder: string): void {
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...args], { cwd: folder });
  git("add", "--all");
  git("commit", "--quiet", "--allow-empty", "-m", "all");
  git("update-ref", "refs/remotes/origin/main", "HEAD");
  git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main");
}

const change = (folder: string, path: string, edit: (text: string) => string): void =>
  writeFileSync(join(folder, path), edit(readFileSync(join(folder, path), "utf8")));

async function codes(folder: string, ...args: string[]): Promise<string[]> {
  const { out } = await called(runDoctor, "--json", ...args, folder);
  return (JSON.parse(out) as { findings: { code: string }[] }).findings.map(({ code }) => code);
}

describe("attractor init", () => {
  it("R-GH-5: writes caller, coordinator, configuration and graph, with which doctor finds nothing wrong", async () => {
    const folder = repository();
    const { code, out } = await init(folder);
    expect(code).toBe(0);
    for (const path of [CALLER_PATH, COORDINATOR_PATH, CLOCK_PATH, CONFIG_PATH, "graphs/hello.dot"])
      expect(out).toContain(path);
    pushed(folder);
    expect(await called(runDoctor, folder)).toMatchObject({
      code: 0,
      out: "Nothing is in the way of a run.\n",
    });
  });

  it("with the app writes no coordinator, and the caller says who decides", async () => {
    const folder = repository();
    expect((await init("--app", folder)).out).not.toContain(COORDINATOR_PATH);
    expect(readFileSync(join(folder, CALLER_PATH), "utf8")).toContain("coordinator: app");
    pushed(folder);
    expect(await codes(folder)).toEqual([]);
  });

  it("R-GH-2: with --durability job calls the workflow whose stage jobs may write nothing, with the same inputs", async () => {
    const stage = repository();
    await init(stage);
    const folder = repository();
    expect((await init("--durability", "job", folder)).code).toBe(0);
    const caller = readFileSync(join(folder, CALLER_PATH), "utf8");
    const jobs = (parse(caller) as { jobs: Record<string, { permissions: object }> }).jobs;
    expect([jobs.trunk?.permissions, jobs.branch?.permissions]).toEqual([
      { contents: "read" },
      { contents: "read" },
    ]);
    expect((parse(caller) as { on: unknown }).on).toEqual(
      (parse(readFileSync(join(stage, CALLER_PATH), "utf8")) as { on: unknown }).on,
    );
    pushed(folder);
    expect(await codes(folder)).toEqual([]);
  });

  it("refuses another durability", async () => {
    const { code, err } = await init("--durability", "week", repository());
    expect([code, err]).toEqual([2, expect.stringContaining("--durability takes stage or job")]);
  });

  it("writes nothing at all when one file is there, and names it", async () => {
    const folder = repository();
    mkdirSync(join(folder, ".github"));
    writeFileSync(join(folder, CONFIG_PATH), "mine");
    const { code, err } = await init(folder);
    expect([code, readFileSync(join(folder, CONFIG_PATH), "utf8")]).toEqual([2, "mine"]);
    expect(err).toContain(CONFIG_PATH);
    expect(err).not.toContain(CALLER_PATH);
    expect(() => readFileSync(join(folder, CALLER_PATH))).toThrow("ENOENT");
  });

  it("refuses a folder that is no repository", async () => {
    const folder = repository();
    rmSync(join(folder, ".git"), { recursive: true });
    expect((await init(folder)).code).toBe(2);
  });
});

describe.each(["stage", "job"])("attractor doctor, durability %s", (durability) => {
  it.each([
    ["CALLER_PERMISSIONS", (text: string) => text.replace(/ {6}actions: write.*\n/, "")],
    ["CALLER_INPUTS", (text: string) => text.replace(/ {6}hop: .*\n/, "")],
    [
      "CALLER_JOBS",
      (text: string) => text.replace(/ {2}command:\n {4}name: Command[\s\S]*(?=# attractor: end)/, ""),
    ],
    ["CALLER_OLD", () => OLD],
    ["CALLER_NOT_DISPATCHED", (text: string) => text.replace("workflow_dispatch:", "push:")],
    ["CALLER_TITLE", (text: string) => text.replace(/^run-name: .*\n/m, "")],
    ["CALLER_WITH", (text: string) => text.replace(/ {10}hop: \$.*\n/, "")],
    ["RUNNER_LABEL", (text: string) => text.replace("runs-on: ubuntu-latest", "runs-on: own-metal")],
    ["CALLER_UNREADABLE", (text: string) => `${text}\n\t: [`],
  ])("finds %s", async (code, edit) => {
    const folder = repository();
    await init("--durability", durability, folder);
    change(folder, CALLER_PATH, edit);
    pushed(folder);
    expect((await codes(folder)).filter((found) => found !== "CALLER_STALE")).toEqual([code]);
  });
});

/** What the first versions wrote. */
const OLD = `name: Attractor
on: { workflow_dispatch: {} }
jobs:
  attractor:
    permissions: { contents: write, actions: write }
    uses: attractor/attractor/.github/workflows/attractor.yml@v1
    with: { graph: "\${{ inputs.graph }}" }
`;

describe("the action that the workflows run", () => {
  it("R-GH-17: where nobody can tell it, nothing is written, and what to say is said", async () => {
    const folder = repository();
    const { code, err } = await called(runInit, folder);
    expect([code, err]).toEqual([2, expect.stringContaining("Say --action OWNER/NAME@REF")]);
    expect(() => readFileSync(join(folder, CALLER_PATH))).toThrow("ENOENT");
  });

  it("R-GH-17: is one setting, with runners, environment, container and zone beside it", async () => {
    const folder = repository();
    const asked = ["--runs-on", "self-hosted,arm", "--environment", "prod", "--container", "node:24"];
    expect((await init(...asked, "--timezone", "Europe/Berlin", folder)).code).toBe(0);
    const caller = readFileSync(join(folder, CALLER_PATH), "utf8");
    const { jobs } = parse(caller) as { jobs: Record<string, Record<string, unknown>> };
    for (const name of ["trunk", "branch"])
      expect(jobs[name]).toMatchObject({
        ...{ "runs-on": ["self-hosted", "arm"], environment: "prod", container: "node:24" },
      });
    expect(jobs.settle).not.toHaveProperty("container");
    expect(caller).not.toContain("$/");
    expect(caller.match(/uses: .*/g)).toEqual(caller.match(/uses: o\/attractor@v1/g));
    expect(readFileSync(join(folder, CLOCK_PATH), "utf8")).toContain("timezone: Europe/Berlin");
    pushed(folder);
    expect([...new Set(await codes(folder))]).toEqual(["RUNNER_LABEL"]);
  });
});

describe("attractor init --upgrade", () => {
  it("R-GH-17: writes our lines anew from the configuration, keeps the rest, and shows the difference", async () => {
    const folder = repository();
    await init(folder);
    const own = "  mine:\n    runs-on: ubuntu-latest\n    steps: [{ run: echo mine }]\n";
    change(folder, CALLER_PATH, (text) => `${text}${own}`);
    change(folder, CONFIG_PATH, (text) => text.replace("jobs:\n", "jobs: # ours\n  timeout_minutes: 45\n"));
    pushed(folder);
    expect(await codes(folder)).toEqual(["CALLER_STALE"]);
    const { code, out } = await called(runInit, "--upgrade", "--action", "fork/attractor@v2", folder);
    expect([code, out]).toEqual([
      0,
      expect.stringContaining("-    timeout-minutes: 360\n+    timeout-minutes: 45"),
    ]);
    const caller = readFileSync(join(folder, CALLER_PATH), "utf8");
    expect(caller.endsWith(own)).toBe(true);
    expect(caller).toContain("uses: fork/attractor@v2");
    const config = readFileSync(join(folder, CONFIG_PATH), "utf8");
    expect(parse(config)).toMatchObject({ jobs: { timeout_minutes: 45, action: "fork/attractor@v2" } });
    expect(config).toContain("# ours");
    pushed(folder);
    expect(await codes(folder)).toEqual([]);
    expect((await called(runInit, "--upgrade", folder)).out).toContain("as this version writes them");
  });

  it("R-GH-17: takes the place of what earlier versions wrote, and of nothing that is somebody's own", async () => {
    const folder = repository();
    await init(folder);
    change(folder, CALLER_PATH, () => OLD);
    expect((await called(runInit, "--upgrade", folder)).code).toBe(0);
    pushed(folder);
    expect(await codes(folder)).toEqual([]);
    change(folder, CALLER_PATH, () => "name: mine\non: push\njobs: {}\n");
    const { code, err } = await called(runInit, "--upgrade", folder);
    expect([code, err]).toEqual([2, expect.stringContaining(CALLER_PATH)]);
    expect(readFileSync(join(folder, CALLER_PATH), "utf8")).toContain("name: mine");
  });
});

describe("attractor doctor", () => {
  it("R-GH-18: finds a listening workflow with a schedule of its own, as earlier versions wrote it; the upgrade takes that away", async () => {
    const folder = repository();
    await init(folder);
    rmSync(join(folder, CLOCK_PATH));
    change(folder, COORDINATOR_PATH, (text) =>
      text.replace("permissions: {}", '  schedule:\n    - cron: "7,22,37,52 * * * *"\npermissions: {}'),
    );
    pushed(folder);
    expect(await codes(folder)).toEqual(["CALLER_STALE", "NO_CLOCK"]);
    expect((await called(runInit, "--upgrade", folder)).out).toContain('-    - cron: "7,22,37,52 * * * *"');
    pushed(folder);
    expect(await codes(folder)).toEqual([]);
    expect(readFileSync(join(folder, COORDINATOR_PATH), "utf8")).not.toContain("schedule");
    expect(parse(readFileSync(join(folder, CLOCK_PATH), "utf8"))).toMatchObject({
      on: { schedule: [{ cron: "17 * * * *" }] },
    });
  });

  it("finds a caller that is not on the default branch, a missing coordinator and a broken configuration", async () => {
    const folder = repository();
    writeFileSync(join(folder, "README.md"), "x");
    pushed(folder);
    await init(folder);
    rmSync(join(folder, COORDINATOR_PATH));
    rmSync(join(folder, CLOCK_PATH));
    change(folder, CONFIG_PATH, (text) => text.replace("usd: 25", "usd: much"));
    expect(await codes(folder)).toEqual(["CALLER_NOT_ON_DEFAULT", "NO_COORDINATOR", "NO_CLOCK", "CONFIG"]);
    expect((await called(runDoctor, folder)).code).toBe(2);
  });

  it("finds that nothing calls the workflow", async () => {
    expect(await codes(repository())).toEqual(["NO_CALLER"]);
  });

  it("asks GitHub which of the named secrets exist, and says so when it may not know", async () => {
    const asked: string[] = [];
    let status = 200;
    const server = createServer((request, response) => {
      asked.push(request.url ?? "");
      const body = request.url?.includes("permissions")
        ? { enabled: true, allowed_actions: "all" }
        : request.url?.includes("organization")
          ? { secrets: [] }
          : { secrets: [{ name: "HAVE_KEY" }] };
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    onTestFinished(() => void server.close());
    process.env.GITHUB_API_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    onTestFinished(() => void delete process.env.GITHUB_API_URL);
    const folder = repository();
    await init(folder);
    change(folder, CONFIG_PATH, (text) => text.replace("jobs:\n", "jobs:\n  secrets: [HAVE_KEY, NO_KEY]\n"));
    await called(runInit, "--upgrade", folder);
    pushed(folder);
    expect(await codes(folder, "--repo", "ada/game")).toEqual(["SECRET_ABSENT"]);
    expect(asked[0]).toContain("/repos/ada/game/actions/secrets");
    status = 403;
    expect(await codes(folder, "--repo", "ada/game")).toEqual(["SECRETS_UNKNOWN", "SETTINGS_UNKNOWN"]);
  });

  it.each([
    [{ enabled: false }, {}, ["ACTIONS_OFF"]],
    [{ enabled: true, allowed_actions: "local_only" }, {}, ["ACTION_NOT_ALLOWED"]],
    [{ enabled: true, allowed_actions: "all", sha_pinning_required: true }, {}, ["ACTION_NOT_PINNED"]],
    [
      { enabled: true, allowed_actions: "selected" },
      { patterns_allowed: ["o/*"], github_owned_allowed: true },
      [],
    ],
    [{ enabled: true, allowed_actions: "selected" }, { patterns_allowed: ["o/*"] }, ["ACTION_NOT_ALLOWED"]],
    [
      { enabled: true, allowed_actions: "selected" },
      { patterns_allowed: ["p/*@v1", "actions/*"] },
      ["ACTION_NOT_ALLOWED"],
    ],
  ])("R-GH-17: asks GitHub whether the action may run: %j, %j", async (permissions, selected, expected) => {
    const server = createServer((request, response) => {
      const body = request.url?.includes("selected-actions") ? selected : permissions;
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    process.env.GITHUB_API_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    onTestFinished(() => void delete process.env.GITHUB_API_URL);
    const folder = repository();
    await init(folder);
    pushed(folder);
    expect(await codes(folder, "--repo", "ada/game")).toEqual(expected);
  });

  it("R-EASE-10: says when the action cannot be reached", async () => {
    let status = 404;
    const server = createServer((request, response) => {
      const commit = request.url === "/repos/o/attractor/commits/v1";
      const body = commit ? { sha: "a".repeat(40) } : { enabled: true };
      response
        .writeHead(commit ? status : 200, { "content-type": "application/json" })
        .end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    process.env.GITHUB_API_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    onTestFinished(() => void delete process.env.GITHUB_API_URL);
    const folder = repository();
    await init(folder);
    pushed(folder);
    expect(await codes(folder, "--repo", "ada/game")).toEqual(["ACTION_NOT_FOUND"]);
    status = 200;
    expect(await codes(folder, "--repo", "ada/game")).toEqual([]);
  });

  it("R-EASE-10: says what of a run is not committed, and what is not on the default branch", async () => {
    const folder = repository();
    await init(folder);
    expect(await codes(folder)).toEqual(["NO_REMOTE", "NOT_COMMITTED"]);
    expect((await called(runDoctor, folder)).code).toBe(2);
    pushed(folder);
    writeFileSync(join(folder, "graphs/new.dot"), "digraph g {}");
    expect(await codes(folder)).toEqual(["NOT_COMMITTED"]);
    change(folder, CONFIG_PATH, (text) => `${text}# more\n`);
    expect((await called(runDoctor, folder)).out).toContain(`not committed: ${CONFIG_PATH}, graphs/new.dot`);
    execFileSync("git", ["add", "--all"], { cwd: folder });
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "more"], {
      cwd: folder,
    });
    const { out } = await called(runDoctor, folder);
    expect(out).toContain("NOT_PUSHED");
    expect(out).toContain("graphs/new.dot");
    pushed(folder);
    expect(await codes(folder)).toEqual([]);
  });

  it("asks GitHub whether a runner carries the label that jobs run on", async () => {
    const runner = (label: string, state: string) => ({ status: state, labels: [{ name: label }] });
    let runners: unknown[] = [];
    let status = 200;
    const server = createServer((request, response) => {
      expect(request.url).toMatch(
        /^\/repos\/(?:ada\/game\/actions\/(?:runners|permissions)|o\/attractor\/commits\/)/,
      );
      const body = request.url?.includes("permissions") ? { enabled: true } : { runners };
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    process.env.GITHUB_API_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    onTestFinished(() => void delete process.env.GITHUB_API_URL);
    const folder = repository();
    await init(folder);
    change(folder, CONFIG_PATH, (text) =>
      text.replace("jobs:\n", "jobs:\n  runs_on: big\n  small_runs_on: ubuntu-latest\n"),
    );
    await called(runInit, "--upgrade", folder);
    pushed(folder);
    const found = () => codes(folder, "--repo", "ada/game");
    expect(await found()).toEqual(["RUNNER_LABEL", "RUNNER_LABEL", "RUNNER_ABSENT"]);
    runners = [runner("small", "online"), runner("big", "offline")];
    expect(await found()).toEqual(["RUNNER_LABEL", "RUNNER_LABEL", "RUNNER_ABSENT"]);
    runners = [runner("BIG", "online")];
    expect(await found()).toEqual(["RUNNER_LABEL", "RUNNER_LABEL"]);
    status = 403;
    expect(await found()).toEqual(["RUNNER_LABEL", "RUNNER_LABEL", "RUNNERS_UNKNOWN", "SETTINGS_UNKNOWN"]);
    change(folder, CALLER_PATH, (text) => `${text}jobs: 1\n`);
    expect(await found()).toContain("CALLER_UNREADABLE");
  });
});
