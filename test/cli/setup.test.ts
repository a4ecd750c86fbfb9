import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { runDoctor } from "../../cli/doctor.ts";
import { runInit } from "../../cli/init.ts";
import { NEEDED } from "../../cli/setup/caller-findings.ts";
import {
  CALLED_BY,
  CALLED_INPUTS,
  CALLER_INPUTS,
  CALLER_PATH,
  CONFIG_PATH,
  COORDINATOR_PATH,
} from "../../cli/setup/files.ts";

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

/** As pushed: the default branch holds what is there now. */
function pushed(folder: string): void {
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...args], { cwd: folder });
  git("add", "--all");
  git("commit", "--quiet", "-m", "all");
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
    const { code, out } = await called(runInit, folder);
    expect(code).toBe(0);
    for (const path of [CALLER_PATH, COORDINATOR_PATH, CONFIG_PATH, "graphs/hello.dot"])
      expect(out).toContain(path);
    pushed(folder);
    expect(await called(runDoctor, folder)).toMatchObject({
      code: 0,
      out: "Nothing is in the way of a run.\n",
    });
  });

  it("with the app writes no coordinator, and the caller says who decides", async () => {
    const folder = repository();
    expect((await called(runInit, "--app", folder)).out).not.toContain(COORDINATOR_PATH);
    expect(readFileSync(join(folder, CALLER_PATH), "utf8")).toContain("coordinator: app");
    pushed(folder);
    expect(await codes(folder)).toEqual([]);
  });

  it("R-GH-2: with --durability job calls the workflow whose stage jobs may write nothing, with the same inputs", async () => {
    const stage = repository();
    await called(runInit, stage);
    const folder = repository();
    expect((await called(runInit, "--durability", "job", folder)).code).toBe(0);
    const caller = readFileSync(join(folder, CALLER_PATH), "utf8");
    expect(caller).toContain("uses: attractor/attractor/.github/workflows/attractor-readonly.yml@v1");
    expect(caller.replace("attractor-readonly.yml", "attractor.yml")).toBe(
      readFileSync(join(stage, CALLER_PATH), "utf8"),
    );
    pushed(folder);
    expect(await codes(folder)).toEqual([]);
  });

  it("refuses another durability", async () => {
    const { code, err } = await called(runInit, "--durability", "week", repository());
    expect([code, err]).toEqual([2, expect.stringContaining("--durability takes stage or job")]);
  });

  it("writes nothing at all when one file is there, and names it", async () => {
    const folder = repository();
    mkdirSync(join(folder, ".github"));
    writeFileSync(join(folder, CONFIG_PATH), "mine");
    const { code, err } = await called(runInit, folder);
    expect([code, readFileSync(join(folder, CONFIG_PATH), "utf8")]).toEqual([2, "mine"]);
    expect(err).toContain(CONFIG_PATH);
    expect(err).not.toContain(CALLER_PATH);
    expect(() => readFileSync(join(folder, CALLER_PATH))).toThrow("ENOENT");
  });

  it("refuses a folder that is no repository", async () => {
    const folder = repository();
    rmSync(join(folder, ".git"), { recursive: true });
    expect((await called(runInit, folder)).code).toBe(2);
  });
});

describe.each(["stage", "job"])("attractor doctor, durability %s", (durability) => {
  it.each([
    [
      "CALLER_WITH_UNKNOWN",
      (text: string) => text.replace("    with:\n", "    with:\n      durability: job\n"),
    ],
    ["CALLER_PERMISSIONS", (text: string) => text.replace("      actions: write\n", "")],
    ["CALLER_INPUTS", (text: string) => text.replace(/ {6}hop: .*\n/, "")],
    ["CALLER_NOT_DISPATCHED", (text: string) => text.replace("workflow_dispatch:", "push:")],
    ["CALLER_TITLE", (text: string) => text.replace(/^run-name: .*\n/m, "")],
    ["CALLER_WITH", (text: string) => text.replace(/ {6}hop: \$.*\n/, "")],
    ["CALLER_SECRETS", (text: string) => `${text}    secrets: inherit\n`],
    ["RUNNER_LABEL", (text: string) => text.replace("    with:\n", "    with:\n      runs-on: own-metal\n")],
    ["CALLER_UNREADABLE", (text: string) => `${text}\n\t: [`],
  ])("finds %s", async (code, edit) => {
    const folder = repository();
    await called(runInit, "--durability", durability, folder);
    change(folder, CALLER_PATH, edit);
    pushed(folder);
    expect(await codes(folder)).toEqual([code]);
  });
});

describe("the workflows that callers call", () => {
  const Called = z.object({
    on: z.object({
      workflow_call: z.object({ inputs: z.record(z.string(), z.unknown()), secrets: z.unknown() }),
    }),
    jobs: z.record(z.string(), z.object({ permissions: z.record(z.string(), z.string()) })),
  });
  const read = (name: string) =>
    Called.parse(parse(readFileSync(join(import.meta.dirname, "../../.github/workflows", name), "utf8")));

  it("R-GH-2: take the same inputs and secrets, those that doctor knows", () => {
    const [stage, job] = [read(CALLED_BY.stage), read(CALLED_BY.job)];
    expect(job.on).toEqual(stage.on);
    expect(Object.keys(job.on.workflow_call.inputs)).toEqual(CALLED_INPUTS);
    for (const input of CALLER_INPUTS) expect(CALLED_INPUTS).toContain(input);
  });

  it.each(Object.values(CALLED_BY))(
    "R-GH-8: %s asks for no more than doctor compares with a caller",
    (name) => {
      const asked = Object.values(read(name).jobs).flatMap(({ permissions }) =>
        Object.entries(permissions).flatMap(([scope, level]) => (level === "write" ? [scope] : [])),
      );
      expect([...new Set(asked)].sort()).toEqual([...NEEDED].sort());
    },
  );

  it("R-GH-8: where stage jobs may write nothing, they ask to read contents and nothing more", () => {
    const { jobs } = read(CALLED_BY.job);
    expect([jobs.trunk?.permissions, jobs.branch?.permissions]).toEqual([
      { contents: "read" },
      { contents: "read" },
    ]);
  });
});

describe("attractor doctor", () => {
  it("finds a caller that is not on the default branch, a missing coordinator and a broken configuration", async () => {
    const folder = repository();
    writeFileSync(join(folder, "README.md"), "x");
    pushed(folder);
    await called(runInit, folder);
    rmSync(join(folder, COORDINATOR_PATH));
    change(folder, CONFIG_PATH, (text) => text.replace("usd: 25", "usd: much"));
    expect(await codes(folder)).toEqual(["CALLER_NOT_ON_DEFAULT", "NO_COORDINATOR", "CONFIG"]);
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
      const body = request.url?.includes("organization")
        ? { secrets: [] }
        : { secrets: [{ name: "HAVE_KEY" }] };
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    onTestFinished(() => void server.close());
    process.env.GITHUB_API_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    onTestFinished(() => void delete process.env.GITHUB_API_URL);
    const folder = repository();
    await called(runInit, folder);
    change(
      folder,
      CALLER_PATH,
      (text) =>
        `${text}    secrets:\n      env: |\n        A=\${{ secrets.HAVE_KEY }}\n        B=\${{ secrets.NO_KEY }}\n`,
    );
    pushed(folder);
    expect(await codes(folder, "--repo", "ada/game")).toEqual(["SECRET_ABSENT"]);
    expect(asked[0]).toContain("/repos/ada/game/actions/secrets");
    status = 403;
    expect(await codes(folder, "--repo", "ada/game")).toEqual(["SECRETS_UNKNOWN"]);
  });

  it("asks GitHub whether a runner carries the label that jobs run on", async () => {
    const runner = (label: string, state: string) => ({ status: state, labels: [{ name: label }] });
    let runners: unknown[] = [];
    let status = 200;
    const server = createServer((request, response) => {
      expect(request.url).toContain("/repos/ada/game/actions/runners");
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ runners }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    process.env.GITHUB_API_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    onTestFinished(() => void delete process.env.GITHUB_API_URL);
    const folder = repository();
    await called(runInit, folder);
    change(folder, CALLER_PATH, (text) => text.replace("    with:\n", "    with:\n      runs-on: big\n"));
    pushed(folder);
    const found = () => codes(folder, "--repo", "ada/game");
    expect(await found()).toEqual(["RUNNER_LABEL", "RUNNER_ABSENT"]);
    runners = [runner("small", "online"), runner("big", "offline")];
    expect(await found()).toEqual(["RUNNER_LABEL", "RUNNER_ABSENT"]);
    runners = [runner("BIG", "online")];
    expect(await found()).toEqual(["RUNNER_LABEL"]);
    status = 403;
    expect(await found()).toEqual(["RUNNER_LABEL", "RUNNERS_UNKNOWN"]);
    change(folder, CALLER_PATH, (text) => `${text}jobs: 1\n`);
    expect(await found()).toContain("CALLER_UNREADABLE");
  });
});
