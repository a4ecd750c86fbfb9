/**
 * Does a long loop cost more at its end than at its beginning? `node --expose-gc bench/loop.ts`: ten thousand visits of
 * one stage by real processes with a durable log, time and memory of every thousand. Exit 1 when a bound is missed.
 */
import { statSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../engine/index.ts";

const VISITS = 10_000;
const LAP = VISITS / 10;
const BOUNDS = { growth: 1.5, heapMb: 5, checkpoint: 64 * 1024 };

interface Lap {
  readonly ms: number;
  /** Of this process alone: what other work on the machine does not stretch. */
  readonly cpuMs: number;
  readonly rssMb: number;
  readonly heapMb: number;
}

const source = `digraph g { graph [goal="g", max_node_visits=${VISITS + 1}]; s [shape=Mdiamond]; e [shape=Msquare]
  a [shape=parallelogram, tool_command="test $ATTRACTOR_VISIT -lt ${VISITS}"]
  s -> a; a -> a [condition="outcome=success"]; a -> done [condition="outcome=fail"]
  done [shape=parallelogram, tool_command="true"]; done -> e }`;

async function laps(root: string): Promise<Lap[]> {
  const found: Lap[] = [];
  let since = performance.now();
  let cpu = process.cpuUsage();
  const workdir = join(root, "work");
  await mkdir(workdir);
  await run(source, {
    workdir,
    logsRoot: join(root, "run"),
    config: { version: 1, git: { commit_per_node: false } },
    onEvent: (event) => {
      if (event.event !== "stage_attempt_end" || event.node_id !== "a" || event.visit % LAP !== 0) return;
      const used = process.cpuUsage(cpu);
      const ms = (performance.now() - since) / LAP;
      globalThis.gc?.();
      const { rss, heapUsed } = process.memoryUsage();
      found.push({
        ms,
        cpuMs: (used.user + used.system) / 1000 / LAP,
        rssMb: rss / 1e6,
        heapMb: heapUsed / 1e6,
      });
      const { ms: each, cpuMs, rssMb, heapMb } = found.at(-1)!;
      console.log(
        `${event.visit} visits: ${each.toFixed(2)} ms each, ${cpuMs.toFixed(2)} ms of it in this process, ` +
          `${rssMb.toFixed(0)} MB resident, ${heapMb.toFixed(1)} MB of heap, load ${loadavg()[0]?.toFixed(1)}`,
      );
      since = performance.now();
      cpu = process.cpuUsage();
    },
  });
  return found;
}

const root = await mkdtemp(join(tmpdir(), "bench-loop-"));
try {
  const found = await laps(root);
  // The first lap begins with code that is not compiled yet.
  const [first, early] = found;
  const late = found.at(-1);
  if (!first || !early || !late) throw new Error("the loop ended early");
  const growth = late.cpuMs / early.cpuMs;
  const heap = late.heapMb - first.heapMb;
  const checkpoint = statSync(join(root, "run", "checkpoint.json")).size;
  const rows: [string, string, string, boolean][] = [
    [
      "own time per visit, last thousand beside the second",
      `${growth.toFixed(2)}×`,
      `≤ ${BOUNDS.growth}×`,
      growth <= BOUNDS.growth,
    ],
    [
      "heap from visit 1,000 to 10,000",
      `${heap.toFixed(1)} MB more`,
      `≤ ${BOUNDS.heapMb} MB`,
      heap <= BOUNDS.heapMb,
    ],
    ["checkpoint", `${checkpoint} bytes`, `≤ ${BOUNDS.checkpoint}`, checkpoint <= BOUNDS.checkpoint],
  ];
  for (const [what, is, bound, good] of rows)
    console.log(`${good ? "ok  " : "MISS"} ${what}: ${is} (${bound})`);
  if (rows.some(([, , , good]) => !good)) process.exitCode = 1;
} finally {
  await rm(root, { recursive: true, force: true });
}
