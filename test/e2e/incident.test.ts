import { describe, expect, it } from "vitest";
import { allRuns, ledgerOf, story } from "./inspect.ts";
import { artifactsOf } from "./moments.ts";
import { scene } from "./support.ts";

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

describe("the run that once ended without an end", () => {
  it("R-LIFE-1: a loop, four branches of which two hit their turn limits, and a join: explicit end, a cause per branch, artifacts complete", async () => {
    const s = await scene({ "graphs/game.dot": GRAPH, "agent.sh": AGENT, ".github/attractor.yml": CONFIG });
    const id = await s.dispatch({ graph: "graphs/game.dot" });
    const run = `r${id}`;
    await allRuns(s);
    const log = ledgerOf(s, run);
    const ends = log.flatMap((event) => (event.event === "branch_completed" ? [event] : []));
    expect(
      ends.map((end) => [end.branch_key, end.status, end.failure_class ?? null]),
      story(s),
    ).toEqual([
      ["par/v1/01-dungeon", "success", null],
      ["par/v1/02-monsters", "success", null],
      ["par/v1/03-items", "fail", expect.any(String)],
      ["par/v1/04-sound", "fail", expect.any(String)],
    ]);
    for (const [n, node] of [
      [2, "items"],
      [3, "sound"],
    ] as const)
      expect(ends[n]?.failure_reason).toContain(`turn limit reached (max_turns=60) in ${node}`);
    const visits = log.filter((event) => event.event === "stage_attempt_end" && event.node_id === "scaffold");
    expect(visits).toHaveLength(2);
    const last = log.at(-1);
    expect(["run_completed", "run_failed"]).toContain(last?.event);
    expect(log.filter((event) => /^run_(?:completed|failed|canceled)$/.test(event.event))).toHaveLength(1);
    const names = artifactsOf(s);
    expect(names.filter((name) => /-h1-0\d-[0-9a-f]{8}-a1$/.test(name))).toHaveLength(4);
    expect(names.filter((name) => name.includes("-settle-")).length).toBeGreaterThanOrEqual(2);
  }, 240_000);
});
