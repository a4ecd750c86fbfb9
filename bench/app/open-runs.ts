/** Runs that wait at a question after a long way: what a look at them costs is the reading of a long log. */

import { attemptEnd } from "../../engine/core/attempt-end.ts";
import { decide } from "../../engine/core/decide.ts";
import type { EventBody, EventOf } from "../../engine/core/events.ts";
import { fold } from "../../engine/core/fold.ts";
import { emptyState } from "../../engine/core/scopes.ts";
import type { RunState } from "../../engine/core/state.ts";
import { digestOf } from "../../engine/digest.ts";
import { openRef, trunkRef } from "../../engine/git/names.ts";
import { prepare } from "../../engine/graph/prepare.ts";
import type { NewEvent } from "../../engine/ledger/port.ts";
import { gitHub } from "../../github/api/request.ts";
import { apiLedger } from "../../github/ledger/api-ledger.ts";
import { gitData } from "../../github/ledger/git-data.ts";

export const graphOf = (visits: number): string => `digraph g {
  graph [goal="g", max_node_visits=${visits + 10}]; s [shape=Mdiamond]; e [shape=Msquare]
  a [shape=parallelogram, tool_command="true"]; b [shape=parallelogram, tool_command="true"]
  ask [shape=hexagon, label="Enough?"]
  s -> a -> b; b -> a [condition="outcome=success"]; b -> ask [condition="outcome=fail"]
  ask -> e [label="[Y] Yes"]; ask -> a [label="[N] No"] }`;

/** The events of a run that went round `visits` times and then comes to the question. */
export function longWay(
  source: string,
  visits: number,
  runId: string,
  github: EventOf<"run_started">["github"],
): NewEvent[] {
  const { pipeline } = prepare(source);
  if (!pipeline) throw new Error("the bench's graph is not valid");
  let state: RunState = emptyState();
  const log: NewEvent[] = [];
  const push = (body: EventBody): void => {
    const ts = new Date().toISOString();
    log.push({ ts, ...body });
    state = fold(pipeline, state, { seq: log.length, ts, run_id: runId, ...body });
  };
  push({
    event: "run_started",
    schema_version: 1,
    graph: { name: "g", digest: digestOf(source), path: "g.dot" },
    ...{ goal: "g", inputs: {}, config_digest: "d", engine_version: "0.1.0", coordinator: "app", github },
  });
  for (let done = 0; done < 2 * visits; ) {
    const { event, effects } = decide(pipeline, state);
    if (event !== null) {
      push(event);
      continue;
    }
    const [effect] = effects;
    if (effect?.kind !== "stage") throw new Error("the bench's run stopped early");
    const { node: node_id, visit, attempt } = effect;
    done++;
    push({ event: "stage_attempt_start", node_id, visit, attempt, max: 1, handler: "tool" });
    push(
      attemptEnd(pipeline, state, effect, {
        outcome:
          done === 2 * visits
            ? { status: "fail", failure_reason: "enough" }
            : { status: "success", context_updates: { n: visit } },
        evidence: { exit_code: 0 },
        durationMs: 1,
      }),
    );
  }
  return log;
}

export async function storeRun(
  octokit: Parameters<typeof gitHub>[0],
  repository: string,
  runId: string,
  log: readonly NewEvent[],
): Promise<void> {
  const ledger = apiLedger({
    git: gitData(gitHub(octokit, repository)),
    runId,
    ref: trunkRef("refs/attractor", runId),
    openRef: openRef("refs/attractor", runId),
    pause: async () => undefined,
  });
  await ledger.create(log);
}
