/**
 * What does a diagnosis cost? `node bench/diagnose.ts [GIB]`: a log of that many gibibytes (1) beside bare reading and
 * `JSON.parse` of each line, in turns and in processor time; its memory in a process of its own; and the incident as the
 * command diagnoses it (`npm run build` first, else from the sources). Exit 1 when a bound is missed.
 */
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eachLine } from "../engine/diagnose/folder/lines.ts";
import { withPlain } from "../engine/diagnose/folder/plain.ts";
import { readRun } from "../engine/diagnose/folder/read-run.ts";
import { writeIncident } from "../test/diagnose/incident/write.ts";

const BOUNDS = { ratio: 2, megabytes: 150, incidentMs: 1_000 };
const MAIN = new URL("../cli/attractor.mjs", import.meta.url).pathname;
const START = Date.parse("2026-05-01T00:00:00Z");

/** A run of fifty nodes that goes round for ever: starts, heartbeats, ends of which a third fail, edges. */
function line(i: number): string {
  const about = { run_id: "R", ts: new Date(START + i * 50).toISOString() };
  const node_id = `n${Math.floor(i / 10) % 50}`;
  const attempt = { ...about, node_id, attempt: 1, max: 4 };
  const reason = `error ${i} in src/m${i % 977}.rs`;
  switch (i % 10) {
    case 0:
      return JSON.stringify({ event: "stage_attempt_start", ...attempt });
    case 8:
      return JSON.stringify({
        event: "stage_attempt_end",
        ...attempt,
        status: i % 3 ? "success" : "fail",
        failure_reason: reason,
      });
    case 9:
      return JSON.stringify({
        event: "edge_selected",
        ...about,
        from_node: node_id,
        to_node: "n",
        condition: "",
      });
    default:
      return JSON.stringify({ event: "stage_heartbeat", ...about, node_id, elapsed_s: 1, stdout_bytes: i });
  }
}

function writeLog(path: string, bytes: number): void {
  const fd = openSync(path, "w");
  for (let at = 0, i = 0; at < bytes; ) {
    let block = "";
    for (let n = 0; n < 10_000; n++) block += `${line(i++)}\n`;
    at += writeSync(fd, block);
  }
  closeSync(fd);
}

const cpu = async (work: () => unknown): Promise<number> => {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};

const bare = (path: string): void => {
  withPlain(path, (fd) =>
    eachLine(fd, {
      limit: 1e6,
      line: (text) => void JSON.parse(text),
      tooLong: () => undefined,
      torn: () => undefined,
    }),
  );
};

/** In a process of its own: how long it takes, and its greatest memory. */
function asCommand(path: string): { ms: number; megabytes: number } {
  const code = `process.on("exit", () => console.error("rss", process.resourceUsage().maxRSS));`;
  const hook = `data:text/javascript,${encodeURIComponent(code)}`;
  const started = performance.now();
  const done = spawnSync(process.execPath, ["--import", hook, MAIN, "diagnose", path], { encoding: "utf8" });
  const ms = performance.now() - started;
  return { ms, megabytes: Number(/rss (\d+)/.exec(done.stderr)?.[1]) / 1024 };
}

const folder = mkdtempSync(join(tmpdir(), "bench-diagnose-"));
try {
  const gib = Number(process.argv[2] ?? 1);
  const log = join(folder, "progress.ndjson");
  writeLog(log, 100 * 1024 * 1024);
  const [own, peer] = [[] as number[], [] as number[]];
  for (let turn = 0; turn < 8; turn++) {
    peer.push(await cpu(() => bare(log)));
    own.push(await cpu(() => readRun(log, Date.now())));
  }
  const ratio = Math.min(...own) / Math.min(...peer);
  writeLog(log, gib * 1024 ** 3);
  const large = asCommand(log);
  const incident = join(folder, "incident");
  writeIncident(incident);
  const runs = Array.from({ length: 3 }, () => asCommand(incident));
  const best = Math.min(...runs.map(({ ms }) => ms));
  const most = Math.max(large.megabytes, ...runs.map(({ megabytes }) => megabytes));
  console.log(
    `reading and parsing 100 MB ${Math.round(Math.min(...peer))} ms, diagnosing it × ${ratio.toFixed(2)}`,
  );
  console.log(
    `${gib} GiB as the command: ${(large.ms / 1000).toFixed(1)} s, ${large.megabytes.toFixed(0)} MB`,
  );
  console.log(`the incident as the command: ${Math.round(best)} ms, ${runs[0]?.megabytes.toFixed(0)} MB`);
  const missed = [
    ...(ratio > BOUNDS.ratio ? [`× ${ratio.toFixed(2)} of bare parsing, at most ${BOUNDS.ratio}`] : []),
    ...(most > BOUNDS.megabytes ? [`${most.toFixed(0)} MB, at most ${BOUNDS.megabytes}`] : []),
    ...(best > BOUNDS.incidentMs ? [`${Math.round(best)} ms for the incident`] : []),
  ];
  for (const bound of missed) console.error(`missed: ${bound}`);
  if (missed.length > 0) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
