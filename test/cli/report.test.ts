/** `attractor report`, `logs` and `diff` on real runs: a failure, a question, a fan-out, one that goes on. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { here } from "../local/here.ts";
import { driver, folder, graph, ran, repository, tool, until } from "../local/world.ts";

const BROKEN = graph(
  `${tool("bestiary", "echo asking; echo no answer >&2; exit 1", 'label="Bestiary?"')}; s -> bestiary -> e [condition="outcome=success"]`,
);
const FLAKY = graph(
  tool(
    "f",
    `[ -e ../tried ] && echo there && exit 0; touch ../tried; echo '{"status":"retry","failure_reason":"it answered 503","failure_class":"transient_infra"}' > $ATTRACTOR_STATUS_PATH; exit 1`,
    'max_retries=2, "retry.backoff.initial_delay_ms"=1',
  ).concat("; s -> f -> e"),
);
const FAN = graph(
  `par [shape=component]; j [shape=tripleoctagon]; ${tool("a", "echo from a")}; ${tool("b", "echo from b")}
   s -> par; par -> a -> j; par -> b -> j; j -> e`,
);

describe("attractor report", () => {
  it("tells a failure in words, then what to type, in the form that is asked for", async () => {
    const { root } = await ran(BROKEN);
    const { code, out } = await here("report", root);
    expect(code).toBe(0);
    const lines = out.split("\n");
    expect(lines[0]).toMatch(/^✗ “Bestiary\?” failed: /);
    expect(out).toContain(`next: attractor resume ${root}`);
    expect(out).toContain(`next: attractor logs ${root} bestiary`);
    expect(out).not.toMatch(/\$0|0 tokens/);
    expect((await here("report", root, "--format", "markdown")).out).toMatch(/^### ❌ “Bestiary\?” failed: /);
    expect(JSON.parse((await here("report", root, "--json")).out)).toMatchObject({
      status: "fail",
      causes: [{ node_id: "bestiary" }],
    });
    const page = join(folder(), "report.html");
    expect((await here("report", root, "--format", "html", "--out", page)).out).toBe(`${page}\n`);
    const html = readFileSync(page, "utf8");
    expect(html).toContain("<pre>asking\n</pre>");
    expect(html).toMatch(/<a href="#f0">output<\/a>/);
    const csv = (await here("report", root, "--format", "csv", "--per", "run")).out.split("\r\n");
    expect(csv[0]).toContain("run_id,graph,parent_run_id,status,");
    expect(csv[1]).toContain(",fail,");
    expect((await here("report", root, "--format", "pdf")).code).toBe(2);
  });

  it("R-EASE-6: a question at the terminal shows what is to be approved", async () => {
    const repo = repository();
    const asks = graph(
      `${tool("plan", "echo '1. dig' > plan.md")}; ok [shape=hexagon, label="Build?", show="plan.md, diff, none.md"]
       s -> plan -> ok; ok -> e [label="Yes"]; ok -> plan [label="No"]`,
    );
    const { root, why } = await ran(asks, { workdir: repo, logsRoot: join(folder(), "run") });
    expect(why).toBe("waiting");
    for (const out of [(await here("report", root)).out, (await here("status", root)).out]) {
      expect(out).toContain("┌ plan.md\n  │ 1. dig\n");
      expect(out).toContain("│ +1. dig");
      expect(out).toContain("(there is no none.md in the work so far)");
    }
    const { gates } = JSON.parse((await here("report", root, "--json")).out) as { gates: object[] };
    expect(gates).toMatchObject([
      {
        shows: [
          { name: "plan.md", kind: "text", text: "1. dig" },
          { name: "diff", kind: "diff" },
          { left: 0 },
        ],
      },
    ]);
  });
});

describe("attractor logs", () => {
  it("R-EASE-5: shows what a stage said: its last attempt, all of a visit, each branch, or the story", async () => {
    const { root } = await ran(FLAKY);
    expect((await here("logs", root)).out).toMatch(/f retry in [\s\S]* it answered 503[\s\S]* f success/);
    const last = (await here("logs", root, "f")).out;
    expect(last).toMatch(/^== f@1\.2: success/);
    expect(last).toContain("there\n");
    const all = (await here("logs", root, "f@1")).out;
    expect(all).toMatch(/== f@1\.1: retry.*: it answered 503[\s\S]*== f@1\.2: success/);
    const fan = await ran(FAN);
    const both = (await here("logs", fan.root, "a")).out;
    expect(both).toMatch(/^== a@1\.1 in par\/v1\/01-a: success/);
    expect(both).toContain("from a\n");
    expect((await here("logs", fan.root, "a", "--branch", "par/v1/02-b")).code).toBe(2);
  });

  it("of a stage that there is not, or that has not run, says so with the nearest name", async () => {
    const { root } = await ran(BROKEN);
    expect((await here("logs", root, "bestairy")).err).toContain(
      "there is no stage bestairy; did you mean bestiary?",
    );
    expect((await here("logs", root, "bestiary@7")).err).toContain("bestiary@7 has not run");
  });

  it("R-EASE-5: --follow goes on with a stage that runs until it ends", async () => {
    const root = join(folder(), "run");
    const go = join(folder(), "go");
    const repo = repository({
      "slow.dot": graph(
        `${tool("a", `echo one; while [ ! -e ${go} ]; do sleep 0.1; done; echo two`)}; s -> a -> e`,
      ),
    });
    const run = driver(repo, "run", "slow.dot", "--logs-root", root);
    const output = join(root, "a/v1-a1/stdout.log");
    await until("it began", () => existsSync(output) && readFileSync(output, "utf8").includes("one"));
    const followed = here("logs", root, "a", "--follow");
    writeFileSync(go, "");
    expect((await followed).out).toBe("one\ntwo\n");
    await run.ended;
  });
});

describe("attractor diff", () => {
  it("R-OBS-5: sets path, cause, attempts and time of two runs side by side, then the stages that differ", async () => {
    const [failed, flaky] = [await ran(BROKEN), await ran(FLAKY)];
    const { code, out } = await here("diff", failed.root, flaky.root);
    expect(code).toBe(0);
    expect(out).toMatch(/^graph +g$/m);
    expect(out).toMatch(/^status +fail {2}\| {2}success$/m);
    expect(out).toMatch(/cause[\s\S]*“Bestiary\?” failed/);
    expect(out).toMatch(/^path +bestiary.* {2}\| {2}f → e$/m);
    expect(out).toMatch(/^ {2}f +– {2}\| {2}success, 2 attempts/m);
    const { stages, summary } = JSON.parse((await here("diff", failed.root, failed.root, "--json")).out);
    expect(stages).toEqual([]);
    expect(summary.every((line: { same: boolean }) => line.same)).toBe(true);
  });
});
