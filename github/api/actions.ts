/** The coordinator's hands on GitHub Actions: dispatch, look, cancel. */
import { z } from "zod";
import type { EventOf } from "../../engine/core/events.ts";
import { messageOf } from "../../engine/message-of.ts";
import {
  type ActionsPort,
  DispatchRefused,
  type FinalInput,
  type HopInput,
  type WorkflowRun,
} from "../coordinator/ports.ts";
import { statusOf } from "../ledger/git-data.ts";
import type { GitHub } from "./request.ts";
import { runVerdicts } from "./run-verdicts.ts";

const Run = z.object({
  id: z.number(),
  run_attempt: z.number().default(1),
  status: z.string().nullable(),
  conclusion: z.string().nullable(),
  html_url: z.string(),
  display_title: z.string().default(""),
});

const toRun = (run: z.infer<typeof Run>): WorkflowRun => ({
  id: String(run.id),
  attempt: run.run_attempt,
  completed: run.status === "completed",
  conclusion: run.conclusion,
  url: run.html_url,
});

/** A hop that is being looked for was dispatched within the last hour. */
const MOST_PAGES = 3;

/** What the caller's `run-name` carries, so that a hop can be found in the list of runs. */
const hopTitle = (run: string, hop: number, epoch: number): string => `${run} hop ${hop}.${epoch}`;

export function actionsPort(github: GitHub): ActionsPort {
  const runs = "/repos/{owner}/{repo}/actions/runs/{run_id}";
  const ignoring = async (statuses: readonly number[], call: Promise<unknown>) => {
    try {
      await call;
    } catch (error) {
      if (!statuses.includes(statusOf(error))) throw error;
    }
  };
  async function dispatch(started: EventOf<"run_started">, input: HopInput | FinalInput): Promise<void> {
    const { workflow, ref } = whereTo(started);
    try {
      await github.request("POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches", {
        workflow_id: workflow,
        ref,
        inputs: { hop: JSON.stringify(input) },
        // An answer that was lost must not become a second dispatch.
        request: { retries: 0 },
      });
    } catch (error) {
      const status = statusOf(error);
      if (![403, 404, 422].includes(status) || /rate limit/i.test(shortly(error))) throw error;
      throw new DispatchRefused(
        `GitHub refused to dispatch ${workflow} on ${ref} (${status}): ${shortly(error)}`,
        FIXES.get(status) ?? "run `attractor doctor` in the repository",
        { cause: error },
      );
    }
  }
  return {
    ...runVerdicts(github),
    dispatch,
    deliver: (started) =>
      dispatch(started, { v: 1, run: started.run_id, final: true, hop: "final", epoch: 1 }),
    async find(started, { hop, epoch }) {
      const { workflow } = whereTo(started);
      const wanted = hopTitle(started.run_id, hop, epoch);
      // The newest first. By its title alone: a filter by time would rest on two clocks.
      for (let page = 1; page <= MOST_PAGES; page++) {
        const { data } = await github.request(
          "GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs",
          { workflow_id: workflow, event: "workflow_dispatch", per_page: 100, page },
        );
        const listed = z.object({ workflow_runs: z.array(Run) }).parse(data).workflow_runs;
        const found = listed.filter((run) => run.display_title.endsWith(wanted));
        const live = found.find((run) => run.status !== "completed") ?? found[0];
        if (live) return toRun(live);
        if (listed.length < 100) break;
      }
      return null;
    },
    async get(id) {
      try {
        const { data } = await github.request(`GET ${runs}`, { run_id: Number(id) });
        return toRun(Run.parse(data));
      } catch (error) {
        if (statusOf(error) === 404) return null;
        throw error;
      }
    },
    // 409: it is over already.
    cancel: (id) => ignoring([409, 404], github.request(`POST ${runs}/cancel`, { run_id: Number(id) })),
    forceCancel: (id) =>
      ignoring([409, 404], github.request(`POST ${runs}/force-cancel`, { run_id: Number(id) })),
  };
}

const FIXES = new Map([
  [403, "give the workflow `permissions: actions: write` (or the app Actions: write)"],
  [404, "the caller's workflow file must be on the default branch with `on: workflow_dispatch`"],
  [
    422,
    "the caller's workflow must declare the inputs that `attractor init` writes, and the ref must be a branch or tag",
  ],
]);

function whereTo(started: EventOf<"run_started">): { workflow: string; ref: string } {
  const workflow = started.github?.workflow?.split("/").at(-1) ?? "";
  const ref = (started.github?.workflow_ref ?? "").replace(/^refs\/(?:heads|tags)\//, "");
  return { workflow, ref };
}

const shortly = (error: unknown): string => messageOf(error).slice(0, 500);
