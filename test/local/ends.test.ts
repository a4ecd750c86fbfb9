/** Runs that cannot be taken up again, or cannot begin: each has an end that others can read. */
import {
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { here } from "./here.ts";
import {
  cli,
  driver,
  executions,
  finalOf,
  folder,
  graph,
  hasFinal,
  readJson,
  repository,
  tool,
  until,
} from "./world.ts";

const STACK = /^\s+at .+:\d+:\d+\)?$/m;
const GATE = graph(`g [shape=hexagon, label="Ship it?"]; s -> g; g -> e [label="Yes"]`);

/** A run that waits for a person, so that it has no end yet, and a copy of its files. */
async function waiting() {
  const root = join(folder(), "r");
  const kept = join(folder(), "kept");
  const graphFile = join(folder(), "g.dot");
  writeFileSync(graphFile, GATE);
  const run = await here("run", graphFile, "--workdir", folder(), "--logs-root", root, "--run-id", "r");
  expect(run.code).toBe(4);
  cpSync(root, kept, { recursive: true });
  return { root, kept };
}

const rewrite = (path: string, change: (text: string) => string) =>
  writeFileSync(path, change(readFileSync(path, "utf8")));

const DAMAGE: Readonly<Record<string, { name: string; change: (path: string) => void; code: number }>> = {
  "a manifest cut short": {
    name: "manifest.json",
    change: (path) => rewrite(path, (t) => t.slice(0, 40)),
    code: 2,
  },
  "a manifest that is gone": { name: "manifest.json", change: (path) => rmSync(path), code: 2 },
  "a config that is no JSON": {
    name: "run_config.json",
    change: (path) => writeFileSync(path, "{"),
    code: 2,
  },
  "a config with a wrong type": {
    name: "run_config.json",
    change: (path) => rewrite(path, (text) => text.replace('"version": 1', '"version": "one"')),
    code: 2,
  },
  "a config that is gone": { name: "run_config.json", change: (path) => rmSync(path), code: 2 },
  "a graph that is gone": { name: "graph.dot", change: (path) => rmSync(path), code: 2 },
  "a graph that was changed": {
    name: "graph.dot",
    change: (path) => writeFileSync(path, "digraph"),
    code: 2,
  },
  "prompts that are no JSON": { name: "prompts.json", change: (path) => writeFileSync(path, "["), code: 2 },
  "a folder for a log": {
    name: "progress.ndjson",
    change: (path) => {
      rmSync(path);
      mkdirSync(path);
    },
    code: 1,
  },
  "a log with a hole": {
    name: "progress.ndjson",
    change: (path) => rewrite(path, (text) => text.split("\n").toSpliced(2, 1).join("\n")),
    code: 1,
  },
  "a log with an event that is none": {
    name: "progress.ndjson",
    change: (path) =>
      rewrite(path, (text) => text.replace('"event":"human_gate_waiting"', '"event":"no_such_event"')),
    code: 2,
  },
};

it.each(Object.entries(DAMAGE))(
  "R-LIFE-10: %s: resume and status leave a final that says so, and no stack",
  async (_what, { name, change, code }) => {
    const { root, kept } = await waiting();
    change(join(root, name));
    for (const command of ["resume", "status"]) {
      rmSync(join(root, "final.json"), { force: true });
      const told = await here(command, root);
      expect(told.code, command).toBe(command === "status" ? 1 : code);
      expect(told.err).toContain(name);
      expect(told.err).not.toMatch(STACK);
      const final = finalOf(root);
      expect(final).toMatchObject({ status: "fail", failure_class: "structural", run_id: "r" });
      expect(final.failure_reason).toMatch(/^the run could not be taken up again: /);
      expect(final.failure_reason).toContain(name);
    }
    expect(JSON.parse((await here("status", root, "--json")).out).status).toBe("fail");
    // Once it is fixed the run goes on: that end was no line of its log.
    rmSync(join(root, name), { recursive: true, force: true });
    copyFileSync(join(kept, name), join(root, name));
    expect((await here("resume", root, "--answer", "g=Yes")).code).toBe(0);
    expect(finalOf(root)).toMatchObject({ status: "success" });
  },
);

it("R-LIFE-10: the end that a run had stays when its folder is damaged later; a live run's folder is left alone", async () => {
  const repo = repository({
    "g.dot": graph(`${tool("w", "exit 3")}; s -> w; w -> e [condition="outcome=success"]`),
  });
  const root = join(repo, ".attractor/runs/r");
  expect(cli(repo, "run", "g.dot", "--run-id", "r").code).toBe(1);
  const before = readFileSync(join(root, "final.json"), "utf8");
  writeFileSync(join(root, "manifest.json"), "");
  expect(cli(repo, "resume", "r").code).toBe(2);
  expect(cli(repo, "status", "r").code).toBe(1);
  expect(readFileSync(join(root, "final.json"), "utf8")).toBe(before);

  const ledger = join(folder(), "ran");
  const live = repository({ "g.dot": graph(`${tool("w", `echo w >> ${ledger}; sleep 300`)}; s -> w -> e`) });
  const run = driver(live, "run", "g.dot", "--run-id", "r");
  await until("the stage", () => executions(ledger).includes("w"));
  writeFileSync(join(live, ".attractor/runs/r/manifest.json"), "");
  expect(cli(live, "status", "r").code).toBe(2);
  expect(cli(live, "resume", "r").code).toBe(2);
  expect(hasFinal(join(live, ".attractor/runs/r"))).toBe(false);
  run.kill("SIGTERM");
  await run.ended;
});

it("R-LIFE-10: a folder that holds no run gets nothing", () => {
  const path = folder();
  writeFileSync(join(path, "notes.txt"), "mine");
  for (const command of ["status", "resume", "stop"]) expect(cli(path, command, path).code).toBe(2);
  expect(readdirSync(path)).toEqual(["notes.txt"]);
});

describe("a run that cannot begin", () => {
  const files = {
    "bad.yml": "version: 1\nno_such_key: 1\n",
    "g.dot": graph("s -> e"),
    "bad.dot": "digraph {",
  };
  it.each([
    ["a config with an unknown key", ["g.dot", "--config", "bad.yml"], "no_such_key"],
    ["a config that is not there", ["g.dot", "--config", "none.yml"], "none.yml"],
    ["a graph that is not there", ["none.dot"], "none.dot"],
    ["no graph", [], "name a graph"],
    ["a graph with an error", ["bad.dot"], "not closed"],
    ["a script that is not there", ["g.dot", "--simulate", "none.json"], "none.json"],
    ["an input without a value", ["g.dot", "--input", "x"], "--input"],
  ])("R-LIFE-10: %s: the named folder has an end", async (_what, names, said) => {
    const repo = repository(files);
    const root = join(folder(), "run");
    const args = names.map((name) => (/\.(?:dot|yml|json)$/.test(name) ? join(repo, name) : name));
    const told = await here("run", ...args, "--workdir", repo, "--logs-root", root, "--run-id", "r");
    expect(told.code).toBe(2);
    expect(told.err).not.toMatch(STACK);
    expect(finalOf(root)).toMatchObject({ status: "fail", failure_class: "structural", run_id: "r" });
    expect(finalOf(root).failure_reason).toContain(said);
    const detached = await here("run", ...args, "--workdir", repo, "--detach", "--run-id", "d");
    expect([detached.code, detached.out]).toEqual([2, ""]);
    const own = join(repo, ".attractor/runs/d");
    expect(finalOf(own).failure_reason).toContain(said);
    expect(JSON.parse((await here("status", own, "--json")).out).status).toBe("fail");
  });

  it("R-LIFE-10: a folder where nothing can be made is named with the cause, and no stack", () => {
    const repo = repository({ "g.dot": graph("s -> e") });
    const told = cli(repo, "run", "g.dot", "--logs-root", join(repo, "g.dot", "below", "run"));
    expect(told.code).toBe(1);
    expect(told.err).toMatch(/cannot write .*ENOTDIR/);
    expect(told.err).not.toMatch(STACK);
  });
});

describe("a folder that is in use", () => {
  it.each(["live", "ended"])(
    "R-LIFE-10: run --detach on the folder of a run that is %s touches nothing",
    async (how) => {
      const ledger = join(folder(), "ran");
      const repo = repository({
        "g.dot": graph(
          `${tool("w", `echo w >> ${ledger}; ${how === "live" ? "sleep 300" : "true"}`)}; s -> w -> e`,
        ),
      });
      const root = join(folder(), "run");
      const first = cli(repo, "run", "g.dot", "--detach", "--logs-root", root);
      expect([first.code, first.out.includes("detached=true")]).toEqual([0, true]);
      const pid = Number(readFileSync(join(root, "run.pid"), "utf8"));
      await until("the stage", () => executions(ledger).includes("w"));
      if (how === "ended")
        await until("the end", () => readFileSync(join(root, "run.out"), "utf8").includes("next: "));
      const seen = () =>
        ["run.pid", "run.out", "manifest.json"].map((name) => readFileSync(join(root, name), "utf8"));
      await until("the first files", () => existsSync(join(root, "live.json")));
      const names = () => readdirSync(root).filter((name) => !/^\..*\.tmp$/.test(name));
      const before = [seen(), names()];
      for (const more of [[], ["--config", "none.yml"]]) {
        const second = cli(repo, "run", "g.dot", "--detach", "--logs-root", root, ...more);
        expect([second.code, second.out]).toEqual([2, ""]);
      }
      expect([seen(), names()]).toEqual(before);
      if (how === "live") {
        expect(hasFinal(root)).toBe(false);
        process.kill(pid, "SIGTERM");
        await until("the end", () => hasFinal(root));
        expect(finalOf(root).status).toBe("canceled");
      }
    },
  );

  it("R-LIFE-10: of two launchers at once one has the run, and the other says that it has not", async () => {
    const repo = repository({ "g.dot": graph(`${tool("w", "sleep 300")}; s -> w -> e`) });
    const root = join(folder(), "run");
    const both = [1, 2].map(() => driver(repo, "run", "g.dot", "--detach", "--logs-root", root));
    const codes = await Promise.all(both.map(async ({ ended }) => (await ended).code));
    expect(codes.toSorted()).toEqual([0, 2]);
    const said = both.map((each) => each.text().includes("detached=true"));
    expect(said.filter(Boolean)).toHaveLength(1);
    const pid = Number(readFileSync(join(root, "run.pid"), "utf8"));
    const owner = readJson<{ pid: number }>(join(root, "lock", readdirSync(join(root, "lock"))[0] ?? ""));
    expect(owner.pid).toBe(pid);
    expect(existsSync(join(root, "run.out"))).toBe(true);
    process.kill(pid, "SIGTERM");
    await until("the end", () => hasFinal(root));
  });
});

it("R-LIFE-10: while a resumed run goes on, the older finals of base and restart say superseded by resume", async () => {
  const at = folder();
  const [slow, ledger, go] = [join(at, "slow"), join(at, "ran"), join(at, "go")];
  const repo = repository({
    "g.dot": graph(
      `${tool("t", `[ -e ${slow} ] || { touch ${slow}; sleep 30; }`, "timeout=2s")}
       ${tool("b", `echo b >> ${ledger}; [ $(wc -l < ${ledger}) = 1 ] && exit 7; until [ -e ${go} ]; do sleep 0.05; done`)}
       s -> t; t -> b [condition="outcome=success"]; t -> t [condition="outcome=fail", loop_restart=true]
       b -> e [condition="outcome=success"]`,
    ),
  });
  const root = join(repo, ".attractor/runs/r");
  expect(cli(repo, "run", "g.dot", "--run-id", "r").code).toBe(1);
  const finals = [join(root, "final.json"), join(root, "restart-1/final.json")];
  const statuses = () => finals.map((path) => readJson<{ status: string }>(path).status);
  expect(statuses()).toEqual(["fail", "fail"]);
  const run = driver(repo, "resume", "r");
  await until("b again", () => executions(ledger).length === 2);
  expect(statuses()).toEqual(["superseded by resume", "superseded by resume"]);
  expect(readJson(finals[0] ?? "")).toMatchObject({ superseded_status: "fail", run_id: "r" });
  expect(JSON.parse(cli(repo, "status", "r", "--json").out)).toMatchObject({
    status: "running",
    final: null,
  });
  writeFileSync(go, "");
  expect((await run.ended).code).toBe(0);
  expect(statuses()).toEqual(["success", "success"]);
});

it("R-LIFE-4: run.pid is replaced, never written over: whoever reads it has the old or the new one", async () => {
  const { root } = await waiting();
  const path = join(root, "run.pid");
  writeFileSync(path, "old");
  linkSync(path, join(root, "kept"));
  expect((await here("resume", root, "--answer", "g=Yes")).code).toBe(0);
  expect(readFileSync(path, "utf8")).toBe(`${process.pid}\n`);
  expect(readFileSync(join(root, "kept"), "utf8")).toBe("old");
});
