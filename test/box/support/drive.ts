/** Drives runs by hand, where no executor does. */
import type { Octokit } from "octokit";
import type { Conclusion, JobCredentials, Permissions } from "../../../box/actions/port.ts";
import type { Town } from "./town.ts";

export async function dispatch(me: Octokit, at: Town["at"], more: object = {}): Promise<number> {
  const asked = { workflow_id: "hop.yml", ref: "main", inputs: { hop: "1" }, return_run_details: true };
  const answer = await me.request("POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches", {
    ...{ ...at, ...asked, ...more },
  });
  return (answer as unknown as { data: { workflow_run_id: number } }).data.workflow_run_id;
}

/** By bob, from a branch `topic`. */
export async function openPull({ box, repository, bob, as, at }: Town): Promise<number> {
  await box.commit(repository, { by: bob, branch: "topic", message: "m", files: { a: "1" } });
  return (await as(bob).rest.pulls.create({ ...at, head: "topic", base: "main", title: "t" })).data.number;
}

/** A job that runs now, with its tokens. */
export function running(
  { box }: Town,
  runId: number,
  key: string,
  permissions: Permissions = {},
): JobCredentials & { readonly id: number } {
  const { id } = box.actions.addJob(runId, { key, name: key, labels: ["ubuntu-latest"], permissions });
  return { id, ...box.actions.startJob(id, { name: "runner-1" }) };
}

export interface Played {
  readonly runId: number;
  readonly jobs: Readonly<Record<string, number>>;
}

/** A run from start to end, its jobs one after the other. */
export function play(
  here: Town,
  runId: number,
  jobs: Readonly<Record<string, Conclusion>>,
  end: Conclusion,
): Played {
  const { actions } = here.box;
  actions.startRun(runId);
  const ids = Object.fromEntries(
    Object.entries(jobs).map(([key, conclusion]) => {
      const { id } = running(here, runId, key);
      actions.completeJob(id, { conclusion });
      return [key, id];
    }),
  );
  actions.completeRun(runId, end);
  return { runId, jobs: ids };
}
