/** Whether a workflow run left an artifact at that time or later: the job that wrote the end does so last, with all that it wrote. */
import { z } from "zod";
import { ENDING_PARTS } from "../../engine/git/names.ts";
import { statusOf } from "../ledger/git-data.ts";
import type { GitHub } from "./request.ts";

const Listed = z.object({
  artifacts: z.array(z.object({ name: z.string(), created_at: z.string().nullable() })),
});

const ENDS = new RegExp(`-(?:${ENDING_PARTS.join("|")})-a\\d+$`);

export async function leftAfter(github: GitHub, workflowRun: string, ms: number): Promise<boolean> {
  let data: unknown;
  try {
    const path = "GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts";
    ({ data } = await github.request(path, { run_id: Number(workflowRun), per_page: 100 }));
  } catch (error) {
    // Somebody has deleted that workflow run, and its artifacts with it.
    if (statusOf(error) === 404) return false;
    throw error;
  }
  // GitHub's times are whole seconds.
  const since = Math.floor(ms / 1000) * 1000;
  return Listed.parse(data).artifacts.some(
    ({ name, created_at }) => ENDS.test(name) && Date.parse(created_at ?? "") >= since,
  );
}
