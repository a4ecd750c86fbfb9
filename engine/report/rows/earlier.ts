/** How a run had ended before somebody resumed it: the diagnosis stays when the run goes on. */
import type { RunEvent } from "../../core/events.ts";
import { fold } from "../../core/fold.ts";
import { emptyState } from "../../core/scopes.ts";
import type { RunState } from "../../core/state.ts";
import type { Pipeline } from "../../graph/pipeline.ts";
import type { EarlierEnd } from "../model.ts";
import { branchRows } from "./branches.ts";
import { causesOf, storyFrom } from "./causes.ts";

const MOST = 5;

export function earlierEnds(pipeline: Pipeline, events: readonly RunEvent[]): EarlierEnd[] {
  const lastResumed = events.findLastIndex(({ event }) => event === "run_resumed");
  const ends: EarlierEnd[] = [];
  if (!events.slice(0, lastResumed + 1).some(isEnd)) return ends;
  let state = emptyState();
  for (const [at, event] of events.slice(0, lastResumed + 1).entries()) {
    state = fold(pipeline, state, event);
    if (!isEnd(event)) continue;
    const resumed = events.slice(at + 1).find((later) => later.event === "run_resumed");
    ends.push({
      at: event.ts,
      status: event.event === "run_failed" ? "fail" : "canceled",
      sentence: event.event === "run_failed" ? sentenceOf(pipeline, state) : "it was canceled",
      resumedBy: resumed?.event === "run_resumed" ? resumed.by : "",
    });
  }
  return ends.slice(-MOST);
}

const isEnd = (event: RunEvent): boolean => event.event === "run_failed" || event.event === "run_canceled";

function sentenceOf(pipeline: Pipeline, state: RunState): string {
  const story = storyFrom(state, pipeline, causesOf(state, pipeline), branchRows(state, pipeline));
  return story?.sentence ?? "it failed";
}
