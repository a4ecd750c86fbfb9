/** What a person would type now, the likeliest first: on the pull request, or where there is none at a shell. */
import type { RunState } from "../../engine/core/state.ts";
import { type Live, liveOf } from "../../engine/ledger/projections/live.ts";
import type { NextStep } from "../../engine/report/model.ts";
import { quoted } from "../../engine/report/quoted.ts";
import { branchOf, workOf } from "../delivery.ts";
import type { Published } from "../publish.ts";

/** GitHub's address, for links; and where the work went, when somebody saw to it. */
export interface NextPlace {
  readonly serverUrl: string;
  readonly published?: Published | null;
  /** The run lived in one job of somebody's own workflow: there is nobody to execute a command, nor a form to begin it by. */
  readonly alone?: boolean;
}

export function nextSteps(state: RunState, place: NextPlace): NextStep[] {
  const live = liveOf(state);
  const { runId, ended } = state;
  if (place.alone) return live.status === "success" ? withTheWork(state, place) : toHave(place);
  const [gate] = live.gates;
  const to = spoken(state);
  if (gate) return answers(state, gate, place);
  switch (live.status) {
    case "paused":
      return [
        {
          command: to(`resume ${runId}`),
          why: `when ${live.pauses[0]?.provider ?? "the provider"} is paid or its quota is renewed; what is done stays done`,
        },
        { command: to(`cancel ${runId}`), why: "stop it" },
      ];
    case "success":
      return [...withTheWork(state, place), { command: again(state), why: "run it again" }];
    case "fail": {
      const diagnose = { command: to(`diagnose ${runId}`), why: "see what the log shows" };
      // A run keeps the graph that it began with.
      return ended?.event === "run_failed" && ended.failure_class === "structural"
        ? [{ command: again(state), why: "start again, with the graph as it is then" }, diagnose]
        : [
            { command: to(`resume ${runId}`), why: "go on at the stage that failed" },
            diagnose,
            ...toHave(place),
          ];
    }
    case "canceled":
      return [{ command: to(`resume ${runId}`), why: "go on where it was stopped" }];
    default:
      return [{ command: to(`cancel ${runId}`), why: "stop it" }];
  }
}

function answers(state: RunState, gate: Live["gates"][number], { serverUrl }: NextPlace): NextStep[] {
  const to = spoken(state);
  const { started } = state;
  const pull = started?.github?.pull_request;
  const why = `answer “${gate.question}”`;
  if (gate.choices.length === 0) return [{ command: to(`answer ${gate.gate} your words`), why }];
  // Buttons of a check are the app's: GitHub tells nobody else that one was pressed.
  const buttons =
    pull !== undefined && started?.coordinator === "app"
      ? {
          why: `${why} with a button of the check`,
          url: `${repositoryUrl(state, serverUrl)}/pull/${pull}/checks`,
        }
      : { why };
  return gate.choices.map((choice) => ({ command: to(`choose ${gate.gate} ${choice}`), ...buttons }));
}

const toHave = ({ published }: NextPlace): NextStep[] => (published?.fetch ? [published.fetch] : []);

/** Looked at first, then taken over. */
function withTheWork(state: RunState, { serverUrl, published }: NextPlace): NextStep[] {
  const { started } = state;
  const work = workOf(state);
  if (published?.fetch) return [published.fetch];
  // On no ref: nothing of it can be seen on GitHub.
  if (work === null || started === null || started.github?.durability === "artifact") return [];
  const { base, commit } = work;
  const branch = branchOf(state);
  const url = repositoryUrl(state, serverUrl);
  const see = { command: `git fetch origin && git diff ${base.slice(0, 12)} ${commit.slice(0, 12)}` };
  if (published?.pull !== undefined)
    return [
      { ...see, why: `see the work in #${published.pull}`, url: `${url}/pull/${published.pull}/files` },
    ];
  const pull = started.github?.pull_request;
  if (published?.onHead && pull !== undefined)
    return [{ ...see, why: "see the work on this pull request", url: `${url}/pull/${pull}/files` }];
  const into = started.github?.head_ref ?? null;
  const between = `${url}/compare/${base}...${path(branch)}`;
  const open =
    into === null
      ? {
          command: `gh pr create --head ${quoted(branch)} --fill`,
          url: `${url}/compare/${path(branch)}?expand=1`,
        }
      : {
          command: `gh pr create --head ${quoted(branch)} --base ${quoted(into)} --fill`,
          url: `${url}/compare/${path(into)}...${path(branch)}?expand=1`,
        };
  return [
    { ...see, why: "see the work", url: between },
    { ...open, why: "open a pull request for it" },
  ];
}

const repositoryUrl = ({ started }: RunState, serverUrl: string): string =>
  `${serverUrl}/${started?.github?.repository ?? ""}`;

const path = (branch: string): string => branch.split("/").map(encodeURIComponent).join("/");

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
