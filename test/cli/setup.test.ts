import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { runDoctor } from "../../cli/doctor.ts";
import { runInit } from "../../cli/init.ts";
import { CALLER_PATH, CLOCK_PATH, CONFIG_PATH, COORDINATOR_PATH } from "../../github/workflows/init-files.ts";
import { called } from "../called.ts";
import { change, codes, init, pushed, repository } from "./setup-world.ts";

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
      out: "Nothing is in the way of a run.\n\nWhile no run is open: 0 jobs a month. While one is open at most 24 short jobs a day look after it.\n",
    });
  });

  it("with the app writes no coordinator, and the caller says who decides", async () => {
    const folder = repository();
    expect((await init("--app", folder)).out).not.toContain(COORDINATOR_PATH);
    expect(readFileSync(join(folder, CALLER_PATH), "utf8")).toContain("coordinator: app");
    pushed(folder);
    expect(await codes(folder)).toEqual([]);
  });

  it.each([
    ["--contents read", ["--contents", "read"], ["legs-1"]],
    ["--privileged", ["--privileged"], ["privileged-1"]],
  ])(
    "R-GH-2: with %s jobs that run stages may only read, and the inputs are the same",
    async (_name, asked, reading) => {
      const stage = repository();
      await init(stage);
      const folder = repository();
      expect((await init(...asked, folder)).code).toBe(0);
      const caller = readFileSync(join(folder, CALLER_PATH), "utf8");
      const jobs = (parse(caller) as { jobs: Record<string, { permissions: object }> }).jobs;
      const only = Object.entries(jobs).filter(
        ([, { permissions }]) => !("contents" in permissions && permissions.contents === "write"),
      );
      expect(
        only.filter(([name]) => name.endsWith("-1")).map(([name, { permissions }]) => [name, permissions]),
      ).toEqual(reading.map((name) => [name, { contents: "read" }]));
      expect((parse(caller) as { on: unknown }).on).toEqual(
        (parse(readFileSync(join(stage, CALLER_PATH), "utf8")) as { on: unknown }).on,
      );
      pushed(folder);
      expect(await codes(folder)).toEqual([]);
    },
  );

  it.each([
    ["--contents", "week", "--contents takes write or read"],
    ["--durability", "job", "--durability job is --contents read now"],
  ])("refuses %s %s, and says what is to be written", async (option, value, said) => {
    const { code, err } = await init(option, value, repository());
    expect([code, err]).toEqual([2, expect.stringContaining(said)]);
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

const KINDS = [[[]], [["--privileged"]], [["--contents", "read"]]] as const;
describe.each(KINDS)("attractor doctor, of what init %j wrote", (asked) => {
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
    await init(...asked, folder);
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

/** What the versions before rounds wrote, in short. */
const HOPS_HEAD = `# Runs Attractor graphs. A hop of a run is one workflow run: Trunk works and says what is to be done side by side, Branches
# do it, Settle takes their results and begins the next hop. What a graph has no use for is skipped and costs nothing.
# Add what you like outside of the marked lines.
`;
const step = (part: string, ...inputs: string[]): string =>
  `[{ uses: o/attractor@v1, with: { part: ${part}, ${inputs.map((name) => `${name}: "\${{ inputs.${name} }}"`).join(", ")} } }]`;
const HOPS = `permissions: {}
jobs:
  trunk:
    runs-on: ubuntu-latest
    permissions: { contents: write }
    steps: ${step("trunk", "graph", "ref", "inputs", "budget", "hop")}
  branch:
    runs-on: ubuntu-latest
    permissions: { contents: write }
    steps: ${step("branch", "hop", "leg")}
  settle:
    runs-on: ubuntu-latest
    permissions: { contents: write, actions: write }
    steps: ${step("settle", "hop")}
  command:
    runs-on: ubuntu-latest
    permissions: { contents: write, actions: write }
    steps: ${step("command", "command")}
`;

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

  it("R-GH-17: keeps a file's line ends, and finds nothing stale in them", async () => {
    const folder = repository();
    await init(folder);
    change(folder, CALLER_PATH, (text) => text.replaceAll("\n", "\r\n"));
    pushed(folder);
    expect(await codes(folder)).toEqual([]);
    expect((await called(runInit, "--upgrade", folder)).out).toContain("as this version writes them");
    change(folder, CONFIG_PATH, (text) => text.replace("jobs:\n", "jobs:\n  timeout_minutes: 45\n"));
    const { out } = await called(runInit, "--upgrade", folder);
    expect(out.match(/^[-+] {4}timeout-minutes/gm)).toHaveLength(16);
    expect(out.match(/^-/gm)!.length).toBeLessThan(30);
    expect(readFileSync(join(folder, CALLER_PATH), "utf8")).not.toMatch(/[^\r]\n/);
  });

  it("R-GH-17: says in each step of ours that leaves an artifact how long it is kept", async () => {
    const folder = repository();
    await init(folder);
    expect(readFileSync(join(folder, CALLER_PATH), "utf8")).not.toContain("retention-days");
    change(folder, CONFIG_PATH, (text) => text.replace("jobs:\n", "jobs:\n  retention_days: 7\n"));
    await called(runInit, "--upgrade", folder);
    const caller = readFileSync(join(folder, CALLER_PATH), "utf8");
    expect(caller.match(/retention-days: 7/g)).toHaveLength(caller.match(/uses: /g)!.length);
  });

  it("R-GH-18: makes rounds of a hop's jobs, as many as the configuration says", async () => {
    const folder = repository();
    await init(folder);
    change(folder, CALLER_PATH, (text) =>
      text
        .replace(/^# Runs[\s\S]*?(?=name:)/, HOPS_HEAD)
        .replace(/^permissions[\s\S]*?(?=# attractor: end)/m, HOPS),
    );
    pushed(folder);
    expect(new Set(await codes(folder))).toEqual(
      new Set(["CALLER_JOBS", "CALLER_PERMISSIONS", "CALLER_STALE", "CALLER_WITH"]),
    );
    change(folder, CONFIG_PATH, (text) => text.replace("jobs:\n", "jobs:\n  rounds: 2\n"));
    expect((await called(runInit, "--upgrade", folder)).code).toBe(0);
    const caller = readFileSync(join(folder, CALLER_PATH), "utf8");
    expect(Object.keys((parse(caller) as { jobs: object }).jobs)).toEqual([
      "trunk-1",
      "legs-1",
      "trunk-2",
      "legs-2",
      "next",
      "canceled",
      "command",
    ]);
    expect(caller).not.toMatch(/Settle|part: settle/);
    pushed(folder);
    expect(await codes(folder)).toEqual([]);
    change(folder, CONFIG_PATH, (text) => text.replace("rounds: 2", "rounds: 7"));
    expect((await called(runInit, "--upgrade", folder)).code).toBe(2);
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

  it("R-GH-17: a file whose stage jobs had a workflow of their own becomes one of rounds, its durability: job taken for what it is called now", async () => {
    const folder = repository();
    await init(folder);
    change(folder, CALLER_PATH, (text) =>
      text.replace(
        /^permissions[\s\S]*?(?=# attractor: end)/m,
        HOPS.replace(/part: trunk/, "durability: job, part: trunk"),
      ),
    );
    change(folder, CONFIG_PATH, (text) => text.replace("jobs:\n", "jobs:\n  durability: job\n"));
    pushed(folder);
    expect(await codes(folder)).toContain("CALLER_STALE");
    expect((await called(runInit, "--upgrade", folder)).code).toBe(0);
    const caller = readFileSync(join(folder, CALLER_PATH), "utf8");
    const { jobs } = parse(caller) as { jobs: Record<string, { permissions: object }> };
    expect(jobs["legs-1"]?.permissions).toEqual({ contents: "read" });
    pushed(folder);
    expect(await codes(folder)).toEqual([]);
  });

  it("R-GH-9: doctor names a job that cannot find what the others left", async () => {
    const folder = repository();
    await init("--privileged", folder);
    change(folder, CALLER_PATH, (text) => text.replace(/ {6}actions: read.*\n/, ""));
    pushed(folder);
    expect((await codes(folder)).filter((found) => found !== "CALLER_STALE")).toEqual(["CALLER_PERMISSIONS"]);
  });
});
