/** How a run had ended before somebody resumed it: the diagnosis stays when the run goes on. */
import type { RunEvent } from "../../core/events.ts";
import { foldAll } from "../../core/fold.ts";
import type { Pipeline } from "../../graph/pipeline.ts";
import type { EarlierEnd } from "../model.ts";
import { branchRows } from "./branches.ts";
import { causesOf, storyFrom } from "./causes.ts";

/** Each is a fold of the log up to there. */
const MOST = 5;

export function earlierEnds(pipeline: Pipeline, events: readonly RunEvent[]): EarlierEnd[] {
  const ends = events.flatMap((event, at) => {
    if (event.event !== "run_failed" && event.event !== "run_canceled") return [];
    const resumed = events.slice(at + 1).find((later) => later.event === "run_resumed");
    return resumed?.event === "run_resumed" ? [{ at, end: event, by: resumed.by }] : [];
  });
  return ends.slice(-MOST).map(({ at, end, by }) => ({
    at: end.ts,
    status: end.event === "run_failed" ? "fail" : "canceled",
    sentence:
      end.event === "run_failed" ? sentenceThen(pipeline, events.slice(0, at + 1)) : "it was canceled",
    resumedBy: by,
  }));
}

function sentenceThen(pipeline: Pipeline, events: readonly RunEvent[]): string {
  const state = foldAll(pipeline, events);
  const story = storyFrom(state, pipeline, causesOf(state, pipeline), branchRows(state, pipeline));
  return story?.sentence ?? "it failed";
}
