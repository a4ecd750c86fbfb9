/** What a person on the pull request would type now, the likeliest first. */

import type { RunState } from "../../engine/core/state.ts";
import { liveOf } from "../../engine/ledger/projections/live.ts";
import type { NextStep } from "../../engine/report/model.ts";

export function nextSteps(state: RunState): NextStep[] {
  const live = liveOf(state);
  const [gate] = live.gates;
  if (gate) {
    return gate.choices.map((choice) => ({
      command: `/attractor choose ${gate.gate} ${choice}`,
      why: `answer "${gate.question}"`,
    }));
  }
  switch (live.status) {
    case "success":
      return [{ command: `/attractor run ${state.started?.graph.path ?? "GRAPH"}`, why: "run it again" }];
    case "fail":
      return [
        {
          command: `/attractor resume ${state.runId}`,
          why: "go on at the stage that failed; what succeeded stays done",
        },
        { command: `/attractor diagnose ${state.runId}`, why: "see what the log shows" },
      ];
    case "canceled":
      return [{ command: `/attractor resume ${state.runId}`, why: "go on where it was stopped" }];
    default:
      return [{ command: `/attractor cancel ${state.runId}`, why: "stop it" }];
  }
}
