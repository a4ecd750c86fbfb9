/** The run that once ended without an end: its shape, and what must hold of it whatever becomes of its jobs. */
import { readFileSync } from "node:fs";
import { unzipSync } from "fflate";
import { expect } from "vitest";
import type { RunEvent } from "../../engine/core/events.ts";
import { CALLER_PATH } from "../../github/workflows/init-files.ts";
import { ledgerOf, story } from "./inspect.ts";
import { artifactsOf } from "./moments.ts";
import { callerText, type Scene, scene } from "./support.ts";

const GRAPH = `digraph game { graph [goal="Build the game"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  scaffold [prompt="Make the skeleton"]
  check [shape=parallelogram, tool_command="test -e skeleton-2"]
  par [shape=component, join_policy=wait_all]; join [shape=tripleoctagon]
  dungeon [prompt="d"]; monsters [prompt="m"]; items [prompt="i"]; sound [prompt="s"]
  verify [shape=parallelogram, tool_command="echo verified"]
  start -> scaffold; scaffold -> check
  check -> par [condition="outcome=success"]; check -> scaffold [condition="outcome=fail"]
  par -> dungeon -> join; par -> monsters -> join; par -> items -> join; par -> sound -> join
  join -> verify; verify -> exit
}`;

/** Four ways for an agent to come back: as agreed, by the older file, and twice not at all. */
const AGENT = `case "$ATTRACTOR_NODE_ID" in
  scaffold) if [ -e skeleton-1 ]; then touch skeleton-2; else touch skeleton-1; fi
    echo '{"status":"success"}' > "$ATTRACTOR_STATUS_PATH";;
  dungeon) echo D > dungeon.txt; echo '{"status":"success"}' > "$ATTRACTOR_STATUS_PATH";;
  monsters) mkdir -p .ai; echo M > monsters.txt; echo '{"status":"success"}' > .ai/status.json;;
  *) echo "turn limit reached (max_turns=60) in $ATTRACTOR_NODE_ID" >&2; exit 1;;
esac
`;

const CONFIG = `version: 1
llm:
  providers:
    ours: { backend: command, command: sh agent.sh }
`;

export async function incident(rounds: Rounds): Promise<{ s: Scene; id: number; run: string }> {
  const files = { "graphs/game.dot": GRAPH, "agent.sh": AGENT, ".github/attractor.yml": CONFIG };
  const s = await scene({ ...files, [CALLER_PATH]: callerText({ rounds }) });
  const id = await s.dispatch({ graph: "graphs/game.dot" });
  return { s, id, run: `r${id}` };
}

/** Its jobs when nothing disturbs it, by their workflow run; with one round each hop is a workflow run of its own. */
const BRANCHES = [1, 2, 3, 4].map((n) => ({ hop: 1, name: `Branches 1 (0${n}` }));
export const JOBS = {
  4: [{ hop: 1, name: "Trunk 1" }, ...BRANCHES, { hop: 1, name: "Trunk 2" }],
  1: [{ hop: 1, name: "Trunk 1" }, ...BRANCHES, { hop: 1, name: "Next" }, { hop: 2, name: "Trunk 1" }],
} as const;
export type Rounds = keyof typeof JOBS;

export const endsOf = (log: readonly RunEvent[]) =>
  log.flatMap((event) => (event.event === "branch_completed" ? [event] : []));

const END = /^run_(?:completed|failed|canceled)$/;

/** One end, which stands last; one result of each branch, with a cause where it failed; the final as an artifact. */
export function expectEnded(s: Scene, run: string): void {
  const log = ledgerOf(s, run);
  const told = () => story(s).slice(-30_000);
  expect(
    log.filter(({ event }) => END.test(event)).map(({ seq }) => seq),
    told(),
  ).toEqual([log.at(-1)?.seq]);
  const planned = log.flatMap((event) => (event.event === "fanout_started" ? event.branches : []));
  const ends = endsOf(log);
  const keys = ends.map((end) => end.branch_key);
  expect(new Set(keys).size, told()).toBe(keys.length);
  const canceled = log.at(-1)?.event === "run_canceled";
  if (!canceled) expect(keys.toSorted(), told()).toEqual(planned.map(({ key }) => key).toSorted());
  for (const end of ends)
    if (end.status === "fail") {
      expect(end.failure_class, told()).toEqual(expect.any(String));
      expect(end.failure_reason, told()).toMatch(
        /turn limit reached \(max_turns=60\)|brought no result|cancel/,
      );
    }
  const started = log.flatMap((event) =>
    event.event === "hop_started" ? [`${event.hop}.${event.epoch}`] : [],
  );
  expect(new Set(started).size, told()).toBe(started.length);
  const finals = [...s.repository.artifacts.values()].flatMap((artifact) => {
    const text = unzipSync(readFileSync(artifact.file))["final.json"];
    return text ? [JSON.parse(Buffer.from(text).toString()) as { run_id: string; status: string }] : [];
  });
  const status = { run_completed: "success", run_failed: "fail", run_canceled: "canceled" };
  expect(finals.at(-1), `${artifactsOf(s).join()} ${told()}`).toMatchObject({
    run_id: run,
    status: status[log.at(-1)?.event as keyof typeof status],
  });
}
