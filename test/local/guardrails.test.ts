/** The guardrail matrix of the reliability seeds, and what a failed join may not do, with real stages. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readProc } from "../../engine/stages/proc.ts";
import {
  cli,
  driver,
  executions,
  finalOf,
  folder,
  graph,
  hasFinal,
  logOf,
  named,
  ran,
  readJson,
  repository,
  tool,
  until,
} from "./world.ts";

describe("R-RUN-2: the guardrail matrix", () => {
  it("R-RUN-2, R-BRK-6: a deterministic failure blocks the restart, and the run has its final", async () => {
    const source = graph(`${tool("work", "echo 'type error in main.ts' >&2; exit 2")}; s -> work
      work -> e [condition="outcome=success"]; work -> work [condition="outcome=fail", loop_restart=true]`);
    const { log, final, root } = await ran(source);
    expect(named(log, "loop_restart_blocked")).toMatchObject([
      { node_id: "work", failure_class: "deterministic" },
    ]);
    expect(named(log, "loop_restart")).toEqual([]);
    expect(final).toMatchObject({ status: "fail", failed_node: "work", restarts: 0 });
    expect(finalOf(root).failure_reason).toContain("type error in main.ts");
  });

  it("R-RUN-2, R-LIFE-5: timeouts restart until the circuit breaker, and the final is in base and restart folder", async () => {
    const source = graph(`${tool("work", "sleep 30", "timeout=150ms")}; s -> work
      work -> e [condition="outcome=success"]; work -> work [condition="outcome=fail", loop_restart=true]`);
    const { log, final, root } = await ran(source);
    expect(named(log, "stage_attempt_end").filter((end) => end.node_id === "work")[0]).toMatchObject({
      failure_class: "transient_infra",
      evidence: { timed_out: true },
    });
    expect(named(log, "loop_restart_circuit_breaker")).toMatchObject([
      { signature_count: 3, signature_limit: 3 },
    ]);
    expect(final?.restarts).toBe(2);
    expect(readJson(join(root, "restart-2", "final.json"))).toEqual(readJson(join(root, "final.json")));
    expect(existsSync(join(root, "restart-2", "work", "v3-a1", "status.json"))).toBe(true);
  });

  it("R-RUN-1: a detached run survives its launcher, says where it is, and ends with a final", async () => {
    const go = join(folder(), "go");
    const command = `until [ -e ${go} ]; do sleep 0.05; done; echo done`;
    const repo = repository({ "g.dot": graph(`${tool("work", command)}; s -> work -> e`) });
    const root = join(folder(), "run");
    const { code, out } = cli(repo, "run", "--graph", "g.dot", "--detach", "--logs-root", root);
    expect(code).toBe(0);
    expect(out).toBe(`detached=true\nlogs_root=${root}\npid_file=${join(root, "run.pid")}\n`);
    const pid = readJson<number>(join(root, "run.pid"));
    // Of a group and a session of its own: what ends the launcher's terminal does not end it.
    const stat = readProc(pid, "stat");
    const [state, parent, group, session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    expect({ state, group, session }).toEqual({
      state: expect.stringMatching(/[SR]/),
      group: `${pid}`,
      session: `${pid}`,
    });
    expect(Number(parent)).not.toBe(process.pid);
    writeFileSync(go, "");
    await until("final.json", () => hasFinal(root));
    expect(finalOf(root).status).toBe("success");
    expect(existsSync(join(root, "run.out"))).toBe(true);
  });

  it("R-RUN-1, R-LIFE-1: a detached run that cannot begin says so at once, and still ends with a final", () => {
    const repo = repository({ "g.dot": "digraph g { s [shape=Mdiamond]; s -> nowhere_to_go }" });
    const root = join(folder(), "run");
    const { code, out, err } = cli(repo, "run", "g.dot", "--detach", "--logs-root", root);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain("attractor run: ");
    expect(finalOf(root)).toMatchObject({ status: "fail", failure_class: "structural" });
  });
});

describe("a join whose branches all failed", () => {
  const branch = (id: string) => tool(id, `echo '${id} broke on its own' >&2; exit 1`);
  const source = (join_: string, edges: string, next: string) =>
    graph(`par [shape=component]; j [shape=tripleoctagon ${join_}]; ${branch("a")}; ${branch("b")}; ${branch("c")}; ${tool("verify", `echo ran >> ${next}`)}
      s -> par; par -> a -> j; par -> b -> j; par -> c -> j; ${edges}; verify -> e`);

  it("R-FAN-1: never follows the only, unconditional edge; the final has every branch's own cause", async () => {
    const next = join(folder(), "verify");
    const repo = repository({ "g.dot": source("", "j -> verify", next) });
    const { code, out } = cli(repo, "run", "g.dot", "--json", "--run-id", "r");
    // Lint refuses what can only end so; a condition that does not hold makes it legal and changes nothing.
    const root = join(repo, ".attractor/runs/r");
    if (code === 2) {
      const legal = repository({
        "g.dot": source("", 'j -> verify; j -> e [condition="outcome=skipped"]', next),
      });
      const again = cli(legal, "run", "g.dot", "--json", "--run-id", "r");
      expect(again.code).toBe(1);
      const final = JSON.parse(again.out);
      expect(final).toMatchObject({ status: "fail", failed_node: "j", failure_class: "deterministic" });
      expect(final.failure_reason).toContain("all parallel branches failed");
      for (const id of ["a", "b", "c"]) expect(final.failure_reason).toContain(`${id} broke on its own`);
    } else {
      expect(JSON.parse(out).failure_reason).toContain("all parallel branches failed");
      expect(finalOf(root).failed_node).toBe("j");
    }
    expect(executions(next)).toEqual([]);
  });

  it("R-FAN-2: runs once, without sleep, however many retries it was given", async () => {
    const { log } = await ran(
      source(
        ", max_retries=3",
        'j -> verify [condition="outcome=success"]; j -> e [condition="outcome=fail"]',
        "/dev/null",
      ),
    );
    expect(named(log, "stage_attempt_start").filter((event) => event.node_id === "j")).toHaveLength(1);
    expect(named(log, "stage_retry_sleep").filter((event) => event.node_id === "j")).toEqual([]);
    expect(named(log, "stage_retry_blocked").filter((event) => event.node_id === "j")).toHaveLength(1);
  });

  it("R-FAN-1: on resume as on run: the join is not passed", async () => {
    const next = join(folder(), "verify");
    const repo = repository({
      "g.dot": source("", 'j -> verify [condition="outcome=success"]', next),
    });
    expect(cli(repo, "run", "g.dot", "--run-id", "r").code).toBe(1);
    expect(cli(repo, "resume", "r").code).toBe(1);
    expect(executions(next)).toEqual([]);
    expect(finalOf(join(repo, ".attractor/runs/r")).resumes).toBe(1);
    expect(
      named(logOf(join(repo, ".attractor/runs/r")), "fanout_joined").map((event) => event.status),
    ).toEqual(["fail", "fail"]);
  });

  it("R-FAN-9: an early end reaches running branches by signal, within a second", async () => {
    const source_ =
      graph(`par [shape=component, join_policy=first_success]; j [shape=tripleoctagon]; ${tool("quick", "sleep 0.3")}; ${tool("slow", "sleep 300")}; ${tool("next", "true")}
      s -> par; par -> quick -> j; par -> slow -> j; j -> next [condition="outcome=success"]; j -> e [condition="outcome!=success"]; next -> e`);
    const { log, final } = await ran(source_);
    expect(final?.status).toBe("success");
    const asked = named(log, "cancellation_requested")[0];
    const slow = named(log, "stage_attempt_end").find((end) => end.node_id === "slow");
    expect(slow).toMatchObject({ failure_class: "canceled" });
    // A whole second more for a machine that is busy with other tests; 300 would be the stage's own.
    expect(Date.parse(slow!.ts) - Date.parse(asked!.ts)).toBeLessThan(2000);
  });
});

describe("canceled from outside", () => {
  const long = graph(
    `${tool("work", "echo begun; sleep 300 & sleep 300")}; ${tool("after", "true")}; s -> work; work -> after; after -> e`,
  );

  it("R-LIFE-6: SIGTERM ends as canceled, exit 3, with a final and every attempt ended", async () => {
    const repo = repository({ "g.dot": long });
    const run = driver(repo, "run", "g.dot", "--run-id", "r");
    const root = join(repo, ".attractor/runs/r");
    await until("the stage", () => existsSync(join(root, "work/v1-a1/stdout.log")));
    run.kill("SIGTERM");
    expect(await run.ended).toMatchObject({ code: 3 });
    expect(finalOf(root)).toMatchObject({ status: "canceled", failure_class: "canceled" });
    const log = logOf(root);
    expect(named(log, "stage_attempt_start").length).toBe(named(log, "stage_attempt_end").length);
    expect(named(log, "stage_attempt_start").map((event) => event.node_id)).not.toContain("after");
  });

  it("R-RUN-2: a second interrupt kills the process and everything it started", async () => {
    const stubborn = graph(
      `${tool("work", "trap '' TERM INT; echo $$; while :; do sleep 0.1; done")}; s -> work; work -> e`,
    );
    const repo = repository({ "g.dot": stubborn });
    const run = driver(repo, "run", "g.dot", "--run-id", "r");
    const root = join(repo, ".attractor/runs/r");
    const pid = await until("its pid", () => Number(executions(join(root, "work/v1-a1/stdout.log"))[0] ?? 0));
    run.kill("SIGINT");
    await until("the first was taken", () => run.text().includes("Again to kill"));
    run.kill("SIGINT");
    expect((await run.ended).code).toBe(130);
    expect(run.text()).toContain("attractor resume");
    await until("the stage is gone", () => !existsSync(`/proc/${pid}/cwd`) || !alive(pid));
  });

  it("R-LIFE-6: attractor stop cancels from another terminal, driven or waiting", async () => {
    const repo = repository({
      "g.dot": long,
      "gate.dot": graph(
        `r [shape=hexagon, label="Ship?"]; ${tool("b", "true")}; s -> r; r -> b [label="Yes"]; r -> e [label="No"]; b -> e`,
      ),
    });
    const run = driver(repo, "run", "g.dot", "--run-id", "driven");
    const root = join(repo, ".attractor/runs/driven");
    await until("the stage", () => existsSync(join(root, "work/v1-a1/stdout.log")));
    const stopped = cli(repo, "stop", "--run-id", "driven", "--json");
    expect(stopped.code).toBe(0);
    expect(JSON.parse(stopped.out)).toMatchObject({ run_id: "driven", status: "canceled", driver: null });
    expect((await run.ended).code).toBe(3);
    expect(cli(repo, "run", "gate.dot", "--run-id", "waiting").code).toBe(4);
    expect(cli(repo, "stop", "waiting").code).toBe(0);
    expect(finalOf(join(repo, ".attractor/runs/waiting"))).toMatchObject({ status: "canceled" });
  });
});

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
