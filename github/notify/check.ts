/** One check run per run on the head SHA: in progress, waiting with buttons, or concluded (R-GH-4). */
import { z } from "zod";
import { sentenceOf } from "../../engine/report/facts.ts";
import type { ReportModel } from "../../engine/report/model.ts";
import { durationText, plural } from "../../engine/report/units.ts";
import type { GitHub } from "../api/request.ts";
import { buttonsFor, cut } from "./buttons.ts";

const Check = z.object({
  id: z.number(),
  name: z.string(),
  external_id: z.string().nullish(),
  status: z.string(),
  conclusion: z.string().nullish(),
  details_url: z.string().nullish(),
  output: z.object({ title: z.string().nullish(), summary: z.string().nullish() }).nullish(),
});
type Check = z.infer<typeof Check>;
const Listed = z.object({ check_runs: z.array(Check) });

const NAME = "attractor: ";
/** GitHub keeps a thousand of a name on a commit. */
const MOST_PAGES = 10;

/** What two coordinators made at once; a check cannot be deleted. */
const TWIN = {
  status: "completed",
  conclusion: "neutral",
  actions: [],
  output: { title: "Shown in another check", summary: "This run has a check of its own beside this one." },
};

export interface RunCheck {
  write(report: ReportModel, markdown: string): Promise<void>;
  /** The run goes on under a check on another commit. */
  leave(report: ReportModel, to: string): Promise<void>;
}

export interface CheckPlace {
  readonly headSha: string;
  readonly detailsUrl: string | null;
  /** Nobody can have made it yet but somebody who does so at this moment. */
  readonly fresh: boolean;
  /** Whether somebody hears of a pressed one. */
  readonly buttons: boolean;
}

interface Content {
  readonly status: string;
  readonly conclusion?: string;
  readonly output: { readonly title: string; readonly summary: string };
  readonly actions: readonly unknown[];
  readonly details_url?: string;
}

export function runCheck(github: GitHub, { headSha, detailsUrl, fresh, buttons }: CheckPlace): RunCheck {
  let known: Check | null = null;
  let looked = fresh;
  let written: string | null = null;

  /** The newest is the run's. An older one that is over is its past; one that is not, somebody made at the same moment. */
  async function find(name: string, runId: string): Promise<Check | null> {
    const mine: Check[] = [];
    for (let page = 1; page <= MOST_PAGES; page++) {
      const { data } = await github.request("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", {
        ref: headSha,
        check_name: name,
        // Otherwise GitHub lists the newest of a name alone, and every run of a graph gives its check the same.
        filter: "all",
        per_page: 100,
        page,
      });
      const { check_runs } = Listed.parse(data);
      mine.push(...check_runs.filter((check) => check.external_id === runId));
      if (check_runs.length < 100) break;
    }
    const [keep, ...older] = mine.sort((a, b) => b.id - a.id);
    for (const { id, status } of older) if (status !== "completed") await update(id, TWIN);
    return keep ?? null;
  }

  const update = async (check_run_id: number, content: object): Promise<Check> => {
    const { data } = await github.request("PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}", {
      check_run_id,
      ...content,
    });
    return Check.parse(data);
  };

  async function put(report: ReportModel, content: Content): Promise<void> {
    const text = JSON.stringify(content);
    if (text === written) return;
    const name = `${NAME}${report.graph}`;
    if (!looked) known = await find(name, report.runId);
    looked = true;
    // Another process said the same: what stands is not written again.
    if (known === null || isOver(known, content)) known = await make(name, report.runId, content);
    else if (!stands(known, content)) known = await update(known.id, content);
    written = text;
  }

  async function make(name: string, runId: string, content: Content): Promise<Check> {
    const { data } = await github.request("POST /repos/{owner}/{repo}/check-runs", {
      ...{ name, head_sha: headSha, external_id: runId },
      ...content,
    });
    const made = Check.parse(data);
    // Somebody may have been as fast, or died with theirs on the way.
    const found = (await find(name, runId)) ?? made;
    if (found.id === made.id) return made;
    return isOver(found, content) ? found : update(found.id, content);
  }

  return {
    write: (report, markdown) =>
      put(report, {
        // An update that names no buttons leaves the old ones standing.
        actions: buttons ? buttonsOf(report) : [],
        ...stateOf(report),
        output: { title: titleOf(report), summary: markdown },
        ...(detailsUrl === null ? {} : { details_url: detailsUrl }),
      }),
    leave: (report, to) =>
      put(report, {
        status: "completed",
        conclusion: "neutral",
        actions: [],
        output: {
          title: `Goes on at ${to.slice(0, 12)}`,
          summary: "The head moved while a question waited; the run is shown on the new head.",
        },
      }),
  };
}

/** A check that has completed is never opened again, nor does it end in another way (R-GH-23). */
const isOver = (check: Check, { status, conclusion }: Content): boolean =>
  check.status === "completed" && (status !== "completed" || conclusion !== check.conclusion);

/** Buttons are not told; they follow from the rest. */
const stands = (check: Check, { status, conclusion, output, details_url }: Content): boolean =>
  check.status === status &&
  (check.conclusion ?? undefined) === conclusion &&
  check.output?.title === output.title &&
  check.output.summary?.trimEnd() === output.summary.trimEnd() &&
  (details_url === undefined || check.details_url === details_url);

/** The runs whose checks stand on a commit. */
export async function runsOnCommit(github: GitHub, sha: string): Promise<string[]> {
  const { data } = await github.request("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", {
    ref: sha,
    per_page: 100,
  });
  const ours = Listed.parse(data).check_runs.filter(({ name }) => name.startsWith(NAME));
  return [...new Set(ours.flatMap(({ external_id }) => external_id ?? []))];
}

function stateOf(report: ReportModel) {
  switch (report.status) {
    case "running":
      return { status: "in_progress" };
    case "waiting":
    case "paused":
      return { status: "completed", conclusion: "action_required" };
    case "success":
      return { status: "completed", conclusion: "success" };
    case "canceled":
      return { status: "completed", conclusion: "cancelled" };
    case "fail":
      return { status: "completed", conclusion: "failure" };
  }
}

const buttonsOf = ({ status, gates }: ReportModel): unknown[] =>
  status === "waiting" ? buttonsFor(gates[0]) : [];

function titleOf(report: ReportModel): string {
  switch (report.status) {
    case "waiting":
      return cut(`Waiting: ${report.gates[0]?.question ?? "for a person"}`, 200);
    case "paused":
      return cut(`Paused: ${report.pauses[0]?.provider ?? "a provider"} asks for money or time`, 200);
    case "success":
      return cut(`Succeeded in ${durationText(report.durationMs)}${without(report)}`, 200);
    case "running":
    case "fail":
    case "canceled":
      return cut(sentenceOf(report), 200);
  }
}

const without = ({ failedBranches: { length } }: ReportModel): string =>
  length === 0 ? "" : `, without ${plural(length, "branch", "branches")} that failed`;
