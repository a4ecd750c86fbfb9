/**
 * `npm run bench`: what a person waits for, as ratios to peers in the same run. Prints median and quartiles, writes
 * `bench/whole/results.json` and compares with what is committed there, row by row. `--short`: few rounds, 100 stages, not
 * the peers that take minutes, writes nothing; CI runs that. With ids of rows (those in the JSON) it runs those alone and writes nothing. Exit code 0 whatever the ratios: docs/benchmarks.md says which bounds are not met, and why.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { inTurns, quantile } from "./whole/measure.ts";
import { rows } from "./whole/rows.ts";

interface Seen {
  readonly id: string;
  readonly what: string;
  readonly beside: string;
  readonly bound: number;
  /** Of the ratios of single rounds. Null: the peer cannot be had here. */
  readonly ratio: { readonly median: number; readonly low: number; readonly high: number } | null;
  readonly ours: number | null;
  readonly peer: number | null;
  readonly notRun?: string;
}

const asked = process.argv.slice(2);
const short = asked.includes("--short");
const ids = asked.filter((word) => !word.startsWith("-"));
/** A third more than last time is worth a look. */
const WORSE = 4 / 3;
const root = join(import.meta.dirname, "..");
const results = "bench/whole/results.json";

function committed(): readonly Seen[] {
  try {
    const text = execFileSync("git", ["show", `HEAD:${results}`], {
      cwd: root,
      stdio: ["ignore", "pipe", "ignore"],
    });
    return JSON.parse(text.toString("utf8")).rows;
  } catch {
    return [];
  }
}

const round = (value: number): number => Math.round(value * 100) / 100;
const place = mkdtempSync(join(tmpdir(), "bench-whole-"));
const before = new Map(committed().map((row) => [row.id, row]));
const seen: Seen[] = [];
try {
  execFileSync(process.execPath, [join(root, "scripts/command.ts")], { stdio: "ignore" });
  for (const row of rows(place, short)) {
    if (ids.length > 0 && !ids.includes(row.id)) continue;
    const { id, what, beside, bound, of } = row;
    const peer = "notRun" in row.peer ? null : row.peer;
    const all = await inTurns(peer === null ? [row.ours] : [row.ours, peer], row.rounds).catch(
      (error: Error) => error,
    );
    if (all instanceof Error) {
      console.log(`failed   ${what} beside ${beside}: ${all.message}`);
      continue;
    }
    const [ours = [], theirs = []] = all.map((each) => each.map((spent) => spent[of]));
    const ratios = ours.flatMap((value, n) => (theirs[n] === undefined ? [] : [value / theirs[n]]));
    const ratio =
      peer === null
        ? null
        : {
            median: round(quantile(ratios, 0.5)),
            low: round(quantile(ratios, 0.25)),
            high: round(quantile(ratios, 0.75)),
          };
    const notRun = "notRun" in row.peer ? { notRun: row.peer.notRun } : {};
    const told = {
      ours: round(quantile(ours, 0.5)),
      peer: peer === null ? null : round(quantile(theirs, 0.5)),
    };
    seen.push({ id, what, beside, bound, ratio, ...told, ...notRun });
    console.log(line(seen.at(-1)!, of === "memoryMb" ? "MB" : "ms"));
  }
} finally {
  rmSync(place, { recursive: true, force: true, maxRetries: 5 });
}
const machine = {
  cpus: cpus().length,
  model: cpus()[0]?.model,
  node: process.version,
  // In one line, as the formatter wants a list to be and JSON does not write it.
  load: loadavg().map(round).join(" "),
};
if (!short && ids.length === 0)
  writeFileSync(
    join(root, results),
    `${JSON.stringify({ date: new Date().toISOString(), machine, rows: seen }, null, 2)}\n`,
  );

function line({ id, what, beside, bound, ratio, ours, peer, notRun }: Seen, unit: string): string {
  if (ratio === null) return `not run  ${what} beside ${beside}: ${notRun} (ours ${ours} ${unit})`;
  const last = before.get(id)?.ratio?.median;
  const worse = last !== undefined && ratio.median > last * WORSE ? `; WORSE: it was ${last}` : "";
  const verdict = ratio.median <= bound ? "ok      " : "OVER    ";
  return `${verdict} ${what}: ${ratio.median} × ${beside} (${ratio.low} to ${ratio.high}; bound ${bound}; ${ours} and ${peer} ${unit})${worse}`;
}
