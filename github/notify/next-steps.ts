/** What a person would type now, the likeliest first: on the pull request, or where there is none at a shell. */
import type { RunState } from "../../engine/core/state.ts";
import { liveOf } from "../../engine/ledger/projections/live.ts";
import type { NextStep } from "../../engine/report/model.ts";

export function nextSteps(state: RunState): NextStep[] {
  const live = liveOf(state);
  const [gate] = live.gates;
  const to = spoken(state);
  if (gate) {
    return gate.choices.map((choice) => ({
      command: to(`choose ${gate.gate} ${choice}`),
      why: `answer "${gate.question}"`,
    }));
  }
  const [pause] = live.pauses;
  switch (live.status) {
    case "paused":
      return [
        {
          command: to(`resume ${state.runId}`),
          why: `when ${pause?.provider ?? "the provider"} is paid or its quota is renewed; what is done stays done`,
        },
        { command: to(`cancel ${state.runId}`), why: "stop it" },
      ];
    case "success":
      return [{ command: again(state), why: "run it again" }];
    case "fail":
      return [
        {
          command: to(`resume ${state.runId}`),
          why: "go on at the stage that failed; what succeeded stays done",
        },
        { command: to(`diagnose ${state.runId}`), why: "see what the log shows" },
      ];
    case "canceled":
      return [{ command: to(`resume ${state.runId}`), why: "go on where it was stopped" }];
    default:
      return [{ command: to(`cancel ${state.runId}`), why: "stop it" }];
  }
}

const onPull = ({ started }: RunState): boolean => started?.github?.pull_request !== undefined;
const workflowOf = ({ started }: RunState): string => started?.github?.workflow?.split("/").at(-1) ?? "";

const spoken =
  (state: RunState) =>
  (words: string): string => {
    if (onPull(state)) return `/attractor ${words}`;
    const whole = words.includes(state.runId) ? words : `${words} --run ${state.runId}`;
    return `gh workflow run ${quoted(workflowOf(state))} -f command=${quoted(whole)}`;
  };

const again = (state: RunState): string => {
  const graph = state.started?.graph.path ?? "GRAPH";
  return onPull(state)
    ? `/attractor run ${graph}`
    : `gh workflow run ${quoted(workflowOf(state))} -f graph=${quoted(graph)}`;
};

/** One word for a shell, whatever a graph's author put into a label. */
const quoted = (text: string): string =>
  /^[\w./@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
