/** Workflow runs that the acceptance begins: each is written down before anything is asked of it. */
import { dispatch } from "../probe-run.ts";
import { branchOf } from "./graphs.ts";
import type { Playing } from "./playing.ts";
import { EndedEarly } from "./watch.ts";

/** A graph is read where the dispatch points: in the branch that holds it. */
export async function begin(playing: Playing, graph: string): Promise<number> {
  playing.progress(`running ${graph}`);
  const id = await dispatched(playing, branchOf(playing.name), { graph }, graph);
  playing.made.runs.add(`r${id}`);
  return id;
}

/** `title`: words of its title, by which it is found where GitHub does not tell its id. */
export async function dispatched(
  { caller, made, stop }: Playing,
  branch: string,
  inputs: Readonly<Record<string, string>>,
  title: string,
): Promise<number> {
  stop.throwIfAborted();
  const id = await dispatch({ ...caller, branch }, inputs, title);
  if (id === null)
    throw new EndedEarly(`${caller.workflow} was dispatched, and GitHub shows no workflow run of it`);
  made.since ??= id;
  made.workflowRuns.add(id);
  return id;
}
