/** Edits to what a run of Kilroy left, which keep its times in order. */
import { branchAt, Tape } from "./kilroy-run.ts";
import type { Json, RunFiles } from "./run-files.ts";

export const MAIN = "progress.ndjson";
export const linesOf = (run: RunFiles, path: string): Json[] => run.logs[path] as Json[];
const timeOf = (line: Json | undefined): number => Date.parse(String(line?.ts));

/** Where the branch's files lie, whichever the layout. */
export const branch = (run: RunFiles, n: number): string =>
  [branchAt(n, "old"), branchAt(n, "pass")].find((at) => run.logs[`${at}progress.ndjson`])!;

/** More rounds of a branch, at its end. */
export function goOn(run: RunFiles, n: number, more: (tape: Tape) => void): void {
  const at = `${branch(run, n)}progress.ndjson`;
  const lines = linesOf(run, at);
  const tape = new Tape(timeOf(lines.at(-1)));
  more(tape);
  run.logs[at] = [...lines, ...tape.lines];
  const own = run.json[at.replace(MAIN, "checkpoint.json")]!;
  const last = tape.lines.findLast(({ event }) => event === "stage_attempt_end");
  if (last) Object.assign(own, { timestamp: last.ts, current_node: last.node_id });
  shift(run, tape.now);
}

/** What follows in the run's log comes after its branches. */
function shift(run: RunFiles, until: number): void {
  const lines = linesOf(run, MAIN);
  const at = lines.findIndex((line) => line.event === "stage_attempt_end" && line.node_id === "fan");
  const late = until + 1_000 - timeOf(lines[at]);
  if (at < 0 || late <= 0) return;
  for (const line of lines.slice(at)) line.ts = new Date(timeOf(line) + late).toISOString();
  for (const name of ["checkpoint.json", "final.json"])
    if (run.json[name]) run.json[name].timestamp = lines.at(-1)?.ts;
}

/** Put into the run's log before the line, with everything after it moved back in time. */
export function insert(run: RunFiles, before: (line: Json) => boolean, more: (tape: Tape) => void): void {
  const lines = linesOf(run, MAIN);
  const at = lines.findIndex(before);
  const tape = new Tape(timeOf(lines[at - 1]));
  more(tape);
  const took = tape.now - timeOf(lines[at - 1]);
  const moved = lines.slice(at).map((line) => ({ ...line, ts: new Date(timeOf(line) + took).toISOString() }));
  run.logs[MAIN] = [...lines.slice(0, at), ...tape.lines, ...moved];
  for (const [path, log] of Object.entries(run.logs))
    if (path.startsWith("parallel/") && path.endsWith(MAIN))
      for (const line of log as Json[])
        if (timeOf(line) >= timeOf(lines[at - 1])) line.ts = new Date(timeOf(line) + took).toISOString();
  for (const name of ["checkpoint.json", "final.json"])
    if (run.json[name]) run.json[name].timestamp = moved.at(-1)?.ts;
}
export const isStart =
  (node: string) =>
  ({ event, node_id }: Json): boolean =>
    event === "stage_attempt_start" && node_id === node;
