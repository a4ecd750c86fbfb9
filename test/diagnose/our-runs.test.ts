/** Runs of this engine: clean ones have nothing above a note, whatever became of them; faults put into one are found. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type Diagnosis, diagnose } from "../../engine/diagnose/diagnosis.ts";
import { findingsOf } from "../../engine/diagnose/findings-of.ts";
import { readRun } from "../../engine/diagnose/folder/read-run.ts";
import { autoApproveInterviewer } from "../../engine/stages/human/interviewers.ts";
import { here } from "../local/here.ts";
import { driver, folder, graph, logOf, ran, repository, tool, until } from "../local/world.ts";
import { judge, pairsOf, precision } from "./labelled/judge.ts";
import { OUR_FAULTS } from "./labelled/our-faults.ts";
import { cleanUp, readFiles } from "./labelled/run-files.ts";

afterAll(cleanUp);

const later = () => Date.now() + 86_400_000;
const of = async (root: string, now = Date.now()): Promise<Diagnosis> => diagnose(await readRun(root, now));
const serious = ({ findings }: Diagnosis) =>
  findings.filter(({ severity }) => severity !== "info").map(({ code, title }) => `${code} ${title}`);

const FANNED = graph(
  `par [shape=component]; j [shape=tripleoctagon]; ${tool("a", "echo a")}; ${tool("b", "echo b")}; ${tool("next", "true")}
   s -> par; par -> a -> j; par -> b -> j; j -> next [condition="outcome=success"]; j -> e [condition="outcome!=success"]; next -> e`,
);

describe("R-OBS-2: runs of this engine", () => {
  it("faults alone and in pairs are found, with a precision of at least 0.95", async () => {
    const { root } = await ran(FANNED);
    const clean = readFiles(root);
    const alone = await judge(
      clean,
      OUR_FAULTS.map((fault) => [fault]),
      later(),
    );
    expect(alone).toMatchObject({ missed: [], made: [] });
    const pairs = await judge(clean, pairsOf(OUR_FAULTS), later());
    expect(pairs.missed).toEqual([]);
    expect(precision(pairs), pairs.made.join("\n")).toBeGreaterThanOrEqual(0.95);
  });

  it.each([
    ["a success with a fan-out", FANNED, "success"],
    ["a branch that failed, and was joined without", FANNED.replace("echo b", "exit 3"), "success"],
    [
      "a failure",
      graph(`${tool("a", "echo nothing here >&2; exit 3")}; s -> a; a -> e [condition="outcome=success"]`),
      "fail",
    ],
    [
      "a retry that helped",
      graph(
        `${tool("a", `test -e x && exit 0; touch x; echo '{"status":"fail","failure_reason":"connection reset","failure_class":"transient_infra"}' > "$ATTRACTOR_STATUS_PATH"`, 'max_retries=2, retry_policy="linear"')}; s -> a -> e`,
      ),
      "success",
    ],
    [
      "a loop that was left after two rounds",
      graph(
        `${tool("a", "echo x >> log")}; ${tool("c", "test $(wc -l < log) -gt 2")}; s -> a -> c; c -> e [condition="outcome=success"]; c -> a [condition="outcome=fail"]`,
      ),
      "success",
    ],
    ["a question that was answered", graph(`r [shape=hexagon]; s -> r; r -> e [label="Go"]`), "success"],
  ])("clean: %s", async (_, source, status) => {
    const { root, log } = await ran(source, { interviewer: autoApproveInterviewer() });
    const said = await of(root, later());
    expect([said.status, serious(said)]).toEqual([status, []]);
    expect(said.cause === null).toBe(status === "success");
    expect(findingsOf(log).filter(({ severity }) => severity !== "info")).toEqual([]);
  });

  it("clean: a run that was cancelled in the middle of a stage", async () => {
    const stop = new AbortController();
    const { root } = await ran(graph(`${tool("a", "sleep 30")}; s -> a -> e`), {
      signal: stop.signal,
      onEvent: ({ event }) => event === "stage_attempt_start" && setTimeout(() => stop.abort("enough"), 50),
    });
    const said = await of(root, later());
    expect([said.status, serious(said)]).toEqual(["canceled", []]);
  });

  it("a question that waits is a note with the command to type", async () => {
    const { root } = await ran(graph(`r [shape=hexagon]; s -> r; r -> e [label="Yes"]`));
    const said = await of(root);
    expect([said.status, serious(said)]).toEqual(["waiting", []]);
    expect(said.findings).toMatchObject([{ code: "GATE_UNANSWERED", severity: "info" }]);
    expect(said.findings[0]?.advice).toMatch(/attractor answer \S+ r\/1 LABEL/);
  });

  it("while it runs it is told as going on; killed, it has no end; resumed, nothing is left of that", async () => {
    const at = folder();
    const repo = repository({ "g.dot": FANNED.replace("echo b", `test -e ${at}/go || sleep 40`) });
    const root = join(folder(), "run");
    const run = driver(repo, "run", "g.dot", "--logs-root", root);
    await until("b runs", () => /"stage_attempt_start","branch_key":"par\/v1\/02-b"/.test(textOf(root)));
    await until("a ended", () => /"branch_completed","branch_key":"par\/v1\/01-a"/.test(textOf(root)));
    const going = await of(root);
    expect([going.status, going.findings]).toEqual(["running", []]);
    run.kill("SIGKILL");
    await run.ended;
    const dead = await of(root);
    expect(dead.status).toBe("no_end");
    const codes = new Set(dead.findings.map(({ code }) => code));
    expect([...codes]).toEqual(
      expect.arrayContaining(["NO_TERMINAL_RECORD", "ORPHANED_BRANCH", "UNFINISHED_ATTEMPT"]),
    );
    expect(codes.has("STALE_HEARTBEAT")).toBe(false);
    expect(dead.findings[0]?.advice).toContain("attractor resume");
    writeFileSync(join(at, "go"), "");
    const done = await here("resume", root);
    expect([done.code, done.err]).toEqual([0, expect.any(String)]);
    const said = await of(root, later());
    expect([said.status, serious(said)]).toEqual(["success", []]);
    expect(logOf(root).length).toBeGreaterThan(10);
  }, 90_000);
});

function textOf(root: string): string {
  try {
    return readFileSync(join(root, "progress.ndjson"), "utf8");
  } catch {
    return "";
  }
}
