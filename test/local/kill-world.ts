/** One run whose runner is killed at a random moment, as often as it is resumed until it comes through. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { cli, driver, finalOf, graph, logOf, named, repository, tool } from "./world.ts";

const work = (id: string) => tool(id, `echo ${id} > ${id}.txt; sleep 0.0$((RANDOM % 9))`);

const SOURCE =
  graph(`${["one", "two", "a1", "a2", "b1", "b2", "last"].map(work).join("; ")}; par [shape=component]; j [shape=tripleoctagon, merge=all]
  s -> one -> two -> par; par -> a1 -> a2 -> j; par -> b1 -> b2 -> j
  j -> last [condition="outcome=success"]; j -> e [condition="outcome=fail"]; last -> e`);

/** mulberry32: a failing case is replayed by its seed. */
function random(seed: number): () => number {
  let at = seed;
  return () => {
    at = (at + 0x6d2b79f5) | 0;
    let t = Math.imul(at ^ (at >>> 15), 1 | at);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** How long a whole run takes, about. */
const RUN_MS = 1_800;

/** At a random moment after the runner's first line; now and then in its first moments. Returns how to call it off. */
function killSoon(kill: (signal: NodeJS.Signals) => void, log: string, draw: () => number): () => void {
  const size = () => (existsSync(log) ? statSync(log).size : 0);
  const before = size();
  const early = draw() < 0.1;
  const delay = draw() * RUN_MS;
  let timer: NodeJS.Timeout | null = null;
  const arm = () => {
    timer ??= setTimeout(() => kill("SIGKILL"), delay);
  };
  const watch = setInterval(() => (early || size() > before) && arm(), 10);
  return () => {
    clearInterval(watch);
    if (timer) clearTimeout(timer);
  };
}

export interface Survived {
  readonly kills: number;
  /** False when the first kill came before there was a log. */
  readonly began: boolean;
  readonly resumes: number;
}

export async function surviveKills(seed: number): Promise<Survived> {
  const draw = random(seed);
  const repo = repository({ "g.dot": SOURCE });
  const root = join(repo, ".attractor/runs/r");
  let kills = 0;
  let begun = false;
  for (let round = 0; round < 3; round++) {
    const run = driver(repo, ...(begun ? ["resume", "r"] : ["run", "g.dot", "--run-id", "r"]));
    const disarm = killSoon(run.kill, join(root, "progress.ndjson"), draw);
    const { signal, code } = await run.ended;
    disarm();
    whole(root);
    if (signal === "SIGKILL") kills++;
    else expect(code, run.text()).toBe(0);
    // Killed before its manifest was there: the run never began, and is begun anew.
    begun = existsSync(join(root, "progress.ndjson"));
    if (!begun) {
      expect(existsSync(join(root, "final.json")) || signal === "SIGKILL").toBe(true);
      return { kills, began: false, resumes: 0 };
    }
    // Also when the kill came after the last file was written.
    if (existsSync(join(root, "final.json"))) break;
  }
  if (!existsSync(join(root, "final.json"))) {
    const done = cli(repo, "resume", "r");
    expect(done.code, `seed ${seed}: ${done.err}${done.out}`).toBe(0);
  }
  whole(root);
  expect(finalOf(root).status, `seed ${seed}`).toBe("success");
  onceEach(root, seed);
  return { kills, began: true, resumes: finalOf(root).resumes };
}

/** Every file that others read is whole at any moment. */
function whole(root: string): void {
  if (!existsSync(root)) return;
  for (const name of readdirSync(root).filter((file) => file.endsWith(".json") && !file.startsWith("."))) {
    expect(() => JSON.parse(readFileSync(join(root, name), "utf8")), name).not.toThrow();
  }
}

/** A stage whose success is in the log is never started again; everything that started has ended, once. */
function onceEach(root: string, seed: number): void {
  const log = logOf(root);
  expect(log.map((event) => event.seq)).toEqual(log.map((_, i) => i + 1));
  const key = (event: { branch_key?: string | undefined; node_id: string }) =>
    `${event.branch_key ?? ""}/${event.node_id}`;
  const succeeded = new Set<string>();
  const open = new Set<string>();
  for (const event of log) {
    if (event.event === "stage_attempt_start") {
      expect(succeeded, `seed ${seed}: ${key(event)} again at ${event.seq}`).not.toContain(key(event));
      expect(open).not.toContain(key(event));
      open.add(key(event));
    }
    if (event.event === "stage_attempt_end") {
      expect(open.delete(key(event)), `seed ${seed}: an end without a start at ${event.seq}`).toBe(true);
      if (event.status === "success") succeeded.add(key(event));
    }
  }
  expect([...open]).toEqual([]);
  for (const name of ["run_completed", "fanout_started", "fanout_joined"] as const)
    expect(named(log, name)).toHaveLength(1);
  expect(named(log, "branch_started").length).toBe(named(log, "branch_completed").length);
}
