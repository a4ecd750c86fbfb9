/** One check run per run on the head SHA: in progress, waiting with buttons, or concluded (R-GH-4). */
import { z } from "zod";
import type { RunReport } from "../../engine/report/model.ts";
import { duration } from "../../engine/report/units.ts";
import type { GitHub } from "../github/request.ts";

const Check = z.object({ id: z.number() });
const Found = z.object({
  check_runs: z.array(z.object({ id: z.number(), external_id: z.string().nullish() })),
});

/** GitHub shows three buttons of twenty characters, and only on a check that is completed. */
const MOST_BUTTONS = 3;
const LABEL = 20;
const DESCRIPTION = 40;

export interface RunCheck {
  write(report: RunReport, markdown: string): Promise<void>;
}

export function runCheck(github: GitHub, headSha: string, detailsUrl: string | null): RunCheck {
  let known: number | null = null;
  let written: string | null = null;

  async function find(name: string, runId: string): Promise<number | null> {
    const { data } = await github.request("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", {
      ref: headSha,
      check_name: name,
      per_page: 100,
    });
    return Found.parse(data).check_runs.find((check) => check.external_id === runId)?.id ?? null;
  }

  return {
    async write(report, markdown) {
      const name = `attractor: ${report.graph}`;
      const content = {
        ...stateOf(report),
        output: { title: titleOf(report), summary: markdown },
        ...(detailsUrl === null ? {} : { details_url: detailsUrl }),
      };
      const text = JSON.stringify(content);
      if (text === written) return;
      known ??= await find(name, report.runId);
      if (known === null) {
        const { data } = await github.request("POST /repos/{owner}/{repo}/check-runs", {
          name,
          head_sha: headSha,
          external_id: report.runId,
          ...content,
        });
        known = Check.parse(data).id;
      } else {
        await github.request("PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}", {
          check_run_id: known,
          ...content,
        });
      }
      written = text;
    },
  };
}

function stateOf(report: RunReport) {
  switch (report.status) {
    case "running":
      return { status: "in_progress" };
    case "waiting":
      return { status: "completed", conclusion: "action_required", actions: buttons(report) };
    case "success":
      return { status: "completed", conclusion: "success" };
    case "canceled":
      return { status: "completed", conclusion: "cancelled" };
    case "fail":
      return { status: "completed", conclusion: "failure" };
  }
}

/** Choices of the first gate; `choose:N` is its Nth choice. More than three choices are answered by comment. */
function buttons(report: RunReport) {
  const [gate] = report.gates;
  return (gate?.choices ?? []).slice(0, MOST_BUTTONS).map((choice, i) => ({
    label: cut(choice.replace(/^\[\w+\]\s*/, ""), LABEL),
    description: cut(`Answer ${gate?.id ?? ""}: ${choice}`, DESCRIPTION),
    identifier: `choose:${i}`,
  }));
}

function titleOf(report: RunReport): string {
  const done = report.stages.filter((stage) => stage.state === "success").length;
  switch (report.status) {
    case "running": {
      const now = report.stages.filter((stage) => stage.state === "running").map((stage) => stage.id);
      return cut(now.length > 0 ? `Running ${now.join(", ")}` : `Running, ${done} stages done`, 200);
    }
    case "waiting":
      return cut(`Waiting: ${report.gates[0]?.question ?? "for a person"}`, 200);
    case "success":
      return `Succeeded in ${duration(report.durationMs)}`;
    case "canceled":
      return "Canceled";
    case "fail":
      return cut(
        `Failed at ${report.causes[0]?.node_id ?? "the run"}: ${report.causes[0]?.reason.split("\n")[0] ?? ""}`,
        200,
      );
  }
}

const cut = (text: string, max: number): string =>
  [...text].length <= max ? text : `${[...text].slice(0, max - 1).join("")}…`;
