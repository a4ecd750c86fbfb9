import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { runDoctor } from "../../cli/doctor.ts";
import { runInit } from "../../cli/init.ts";
import { CALLER_PATH, CLOCK_PATH, CONFIG_PATH, COORDINATOR_PATH } from "../../github/workflows/init-files.ts";
import { called } from "../called.ts";
import { change, codes, init, listening, pushed, repository } from "./setup-world.ts";

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
    expect((await called(runDoctor, folder)).out).toContain("While no run is open: 2880 jobs a month.");
    expect((await called(runInit, "--upgrade", folder)).out).toContain('-    - cron: "7,22,37,52 * * * *"');
    pushed(folder);
    expect(await codes(folder)).toEqual([]);
    expect(readFileSync(join(folder, COORDINATOR_PATH), "utf8")).not.toContain("schedule");
    expect(parse(readFileSync(join(folder, CLOCK_PATH), "utf8"))).toMatchObject({
      on: { schedule: [{ cron: "17 * * * *" }] },
    });
  });

  it("R-GH-18: finds that the graphs want more rounds than the workflow holds; the upgrade writes as many, and jobs.rounds wins", async () => {
    const folder = repository();
    await init(folder);
    const rounds = () =>
      [...readFileSync(join(folder, CALLER_PATH), "utf8").matchAll(/^ {2}trunk-\d:$/gm)].length;
    expect(rounds()).toBe(4);
    const fan = (n: number) => `f${n} [shape=component]; j${n} [shape=tripleoctagon]
      a${n} [shape=parallelogram, tool_command="true"]; b${n} [shape=parallelogram, tool_command="true"]
      f${n} -> a${n} -> j${n}; f${n} -> b${n} -> j${n}`;
    const five = `digraph five { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
      ${[0, 1, 2, 3, 4].map(fan).join("\n")}
      start -> f0; j0 -> f1; j1 -> f2; j2 -> f3; j3 -> f4; j4 -> exit }`;
    writeFileSync(join(folder, "five.dot"), five);
    pushed(folder);
    expect(await codes(folder)).toEqual(["ROUNDS_FEW"]);
    await called(runInit, "--upgrade", folder);
    expect(rounds()).toBe(6);
    pushed(folder);
    expect(await codes(folder)).toEqual([]);
    change(folder, CONFIG_PATH, (text) => text.replace("jobs:\n", "jobs:\n  rounds: 2\n"));
    await called(runInit, "--upgrade", folder);
    expect(rounds()).toBe(2);
    rmSync(join(folder, "five.dot"));
    rmSync(join(folder, "graphs/hello.dot"));
    const serial =
      'digraph g { start [shape=Mdiamond]; exit [shape=Msquare]; a [shape=parallelogram, tool_command="true"]; start -> a -> exit }';
    writeFileSync(join(folder, "serial.dot"), serial);
    change(folder, CONFIG_PATH, (text) => text.replace("  rounds: 2\n", ""));
    await called(runInit, "--upgrade", folder);
    expect(rounds()).toBe(1);
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
    });
    await listening(server);
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
    await listening(server);
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
    await listening(server);
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
    await listening(server);
    const folder = repository();
    await init(folder);
    change(folder, CONFIG_PATH, (text) =>
      text.replace("jobs:\n", "jobs:\n  runs_on: big\n  small_runs_on: ubuntu-latest\n"),
    );
    await called(runInit, "--upgrade", folder);
    pushed(folder);
    const found = () => codes(folder, "--repo", "ada/game");
    expect(await found()).toEqual(["RUNNER_LABEL", "RUNNER_ABSENT"]);
    runners = [runner("small", "online"), runner("big", "offline")];
    expect(await found()).toEqual(["RUNNER_LABEL", "RUNNER_ABSENT"]);
    runners = [runner("BIG", "online")];
    expect(await found()).toEqual(["RUNNER_LABEL"]);
    status = 403;
    expect(await found()).toEqual(["RUNNER_LABEL", "RUNNERS_UNKNOWN", "SETTINGS_UNKNOWN"]);
    change(folder, CALLER_PATH, (text) => `${text}jobs: 1\n`);
    expect(await found()).toContain("CALLER_UNREADABLE");
  });
});
