/** A fan-out that is wider than a matrix, and what its coordinator asked of GitHub for it. */
import { jobsOf } from "../../box/actions/record.ts";
import type { LogEntry } from "../../box/http/pipeline.ts";
import type { RunEvent } from "../../engine/core/events.ts";
import { CALLER_PATH } from "../../github/workflows/init-files.ts";
import { serve } from "./app.ts";
import { bundleWith } from "./bundle.ts";
import { allRuns, ledgerOf } from "./inspect.ts";
import { openPull } from "./pull.ts";
import { EARS, type Scene, scene } from "./support.ts";

const MATRIX = "MATRIX_LIMIT = 256";

export interface Wide {
  readonly s: Scene;
  readonly log: readonly RunEvent[];
  /** What the coordinator asked of GitHub each time that it was its turn, by kind: to plan a hop, the last time to end the run. */
  readonly turns: readonly Calls[];
}

type Calls = Readonly<Record<string, number>>;

export async function playWide(
  branches: number,
  matrix: number,
  coordinator: "app" | "workflow",
): Promise<Wide> {
  const files = { "graphs/wide.dot": graphOf(branches), ...(coordinator === "workflow" ? EARS : {}) };
  const dist =
    matrix === 256
      ? undefined
      : await bundleWith(/engine\/core\/legs\.ts$/, MATRIX, `MATRIX_LIMIT = ${matrix}`);
  const s = await scene(files, { dist });
  if (coordinator === "workflow") {
    const run = `r${await s.dispatch({ graph: "graphs/wide.dot" })}`;
    await allRuns(s);
    const jobs = new Set(
      jobsOf(s.repository).flatMap(({ id, run: { workflow } }) =>
        workflow.path === CALLER_PATH ? [id] : [],
      ),
    );
    const own = ({ job }: LogEntry) => job !== undefined && jobs.has(job);
    return { s, log: ledgerOf(s, run), turns: turnsOf(s.box.requests, ledgerOf(s, run), own) };
  }
  const { settle, failures } = await serve(s, "function");
  const run = await (await openPull(s, { settle })).say("/attractor run graphs/wide.dot");
  if (failures.length > 0) throw new Error(failures.join("\n"));
  const log = ledgerOf(s, run);
  const own = ({ caller }: LogEntry) => caller.startsWith("installation ID");
  return { s, log, turns: turnsOf(s.box.requests, log, own, beginsLook) };
}

const total = (calls: Calls): number => Object.values(calls).reduce((sum, count) => sum + count, 0);

/** At most 12 calls a hop, at most 3 of them seen by people. */
export function beyondBounds(turns: readonly Calls[]): string[] {
  return turns.flatMap((calls, turn) => {
    const seen = total(Object.fromEntries(Object.entries(calls).filter(([op]) => VISIBLE.has(op))));
    return total(calls) <= 12 && seen <= 3 ? [] : [`turn ${turn + 1}: ${JSON.stringify(calls)}`];
  });
}

const DISPATCH = "actions/create-workflow-dispatch";
const VISIBLE = new Set([
  DISPATCH,
  "issues/create-comment",
  "issues/update-comment",
  "checks/create",
  "checks/update",
]);

/** Work of every branch, and all of it merged. */
function graphOf(branches: number): string {
  const names = Array.from({ length: branches }, (_, n) => `b${n + 1}`);
  return `digraph wide { graph [goal="Many parts"]
    start [shape=Mdiamond]; exit [shape=Msquare]
    par [shape=component, max_parallel=300]; join [shape=tripleoctagon, merge=all]
    ${names.map((name) => `${name} [shape=parallelogram, tool_command="echo ${name} > ${name}.txt"]`).join("\n")}
    verify [shape=parallelogram, tool_command="test $(ls b*.txt | wc -l) -eq ${branches}"]
    start -> par; ${names.map((name) => `par -> ${name} -> join`).join("; ")}
    join -> verify; verify -> exit [condition="outcome=success"]
  }`;
}

/** A look of the app begins so. */
const beginsLook = ({ op, path }: LogEntry): boolean => op === "git/get-ref" && path.endsWith("/trunk");

/**
 * `own`: of the coordinator; sweeps that show a hop while it runs are not. A turn begins when a run was made, and when a hop has
 * settled. What a look says last may come after the hop that it dispatched has settled: that belongs to the turn of the look.
 */
function turnsOf(
  requests: readonly LogEntry[],
  log: readonly RunEvent[],
  own: (entry: LogEntry) => boolean,
  begins: (entry: LogEntry) => boolean = () => true,
): Calls[] {
  const first = requests.findIndex(({ op }) => op === DISPATCH);
  const made = requests.slice(0, first).findLastIndex(({ op }) => op === "git/create-ref");
  const settled = log.filter(({ event }) => event === "hop_settled").map(({ ts }) => Date.parse(ts));
  const turns: Record<string, number>[] = [];
  let turn = 0;
  for (const entry of requests.slice(made + 1)) {
    const { op, at } = entry;
    if (op === undefined || !own(entry)) continue;
    if (begins(entry)) turn = settled.filter((instant) => instant <= at).length;
    const calls = turns[turn] ?? {};
    turns[turn] = calls;
    calls[op] = (calls[op] ?? 0) + 1;
  }
  return [...turns].map((calls) => calls ?? {});
}
