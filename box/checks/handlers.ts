import type { Conclusion } from "../actions/port.ts";
import { appOf } from "../auth/tokens.ts";
import { objectType } from "../git/objects.ts";
import { created, notFound, ok, Refusal, unprocessable } from "../http/answer.ts";
import type { RepositoryCall, RepositoryHandler } from "../http/call.ts";
import { pageOf } from "../http/paging.ts";
import { pusherFrom } from "../repos/pusher.ts";
import { visibleCommit } from "../repos/visible-refs.ts";
import type { Annotation, CheckAction, CheckRun } from "../state/records.ts";
import { addCheck, checkChanged } from "./change.ts";
import { checkShape } from "./shape.ts";
import { latestByName } from "./status.ts";
import { suiteFor } from "./suites.ts";

interface CheckInput {
  readonly name?: string;
  readonly head_sha?: string;
  readonly details_url?: string;
  readonly external_id?: string;
  readonly status?: "queued" | "in_progress" | "completed";
  readonly started_at?: string;
  readonly conclusion?: Conclusion | "stale";
  readonly completed_at?: string;
  readonly output?: { title?: string; summary: string; text?: string; annotations?: Annotation[] };
  readonly actions?: readonly CheckAction[];
}

export const createCheck: RepositoryHandler = async (call) => {
  const { world, repository, principal } = call;
  const input = call.body as CheckInput & { name: string; head_sha: string };
  if ((await objectType(repository.gitDir, input.head_sha)) !== "commit") {
    throw unprocessable(`No commit found for SHA: ${input.head_sha}`);
  }
  const suite = await suiteFor(world, repository, appOf(world, principal)!, input.head_sha);
  const check = addCheck(world, suite, input.name);
  apply(call, check, input);
  checkChanged(world, check, pusherFrom(world, principal), "new");
  return created(checkShape(world, check));
};

export const updateCheck: RepositoryHandler = (call) => {
  const { world, principal } = call;
  const check = checkOf(call);
  const app = appOf(world, principal)!;
  if (check.suite.app.id !== app.id) {
    throw new Refusal(
      403,
      `Invalid app_id \`${app.id}\` - check run can only be modified by the GitHub App that created it.`,
    );
  }
  const before = check.status;
  apply(call, check, call.body as CheckInput);
  checkChanged(world, check, pusherFrom(world, principal), before);
  return ok(checkShape(world, check));
};

export const getCheck: RepositoryHandler = (call) => ok(checkShape(call.world, checkOf(call)));

export const listAnnotations: RepositoryHandler = (call) =>
  pageOf(call, checkOf(call).annotations, (page) =>
    page.map((one) => ({
      start_column: null,
      end_column: null,
      title: null,
      raw_details: null,
      ...one,
      blob_href: `${call.world.urls.server}/${call.repository.fullName}/blob/${checkOf(call).suite.headSha}/${one.path}`,
    })),
  );

export const listChecks: RepositoryHandler = async (call) => {
  const { world, repository, params, query } = call;
  const sha = await visibleCommit(world, repository, params.ref!);
  if (sha === undefined) throw unprocessable(`No commit found for SHA: ${params.ref}`);
  const all = [...repository.checks.values()]
    .filter(({ suite }) => suite.headSha === sha)
    .filter(({ name }) => query.check_name === undefined || name === query.check_name)
    .filter(({ status }) => query.status === undefined || status === query.status)
    .filter(({ suite }) => query.app_id === undefined || suite.app.id === query.app_id);
  const wanted = query.filter === "all" ? all : latestByName(all);
  return pageOf(call, wanted.toReversed(), (page) => ({
    total_count: wanted.length,
    check_runs: page.map((one) => checkShape(world, one)),
  }));
};

function checkOf({ repository, params }: RepositoryCall): CheckRun {
  const check = repository.checks.get(Number(params.check_run_id));
  if (check === undefined) throw notFound();
  return check;
}

/** A conclusion completes, for good: status and conclusion of a completed check stay as they are. Annotations are added to those that are there; everything else is replaced. */
function apply({ world }: RepositoryCall, check: CheckRun, input: CheckInput): void {
  const { output, actions, conclusion } = input;
  if (conclusion === "stale") throw unprocessable("Invalid request: only GitHub sets the conclusion `stale`");
  if (input.status === "completed" && conclusion === undefined) {
    throw unprocessable('Invalid request.\n\nMissing required keys "conclusion" in object.');
  }
  check.name = input.name ?? check.name;
  check.externalId = input.external_id ?? check.externalId;
  // Only registered apps set it; for a job's token GitHub keeps its own (LouisBrunner/checks-action#369).
  if (check.suite.app.id !== world.actionsApp.id) check.detailsUrl = input.details_url ?? check.detailsUrl;
  if (input.started_at !== undefined) check.startedAt = Date.parse(input.started_at);
  if (check.status === "completed") {
    // GitHub takes the request and changes the rest.
  } else if (conclusion !== undefined) {
    check.status = "completed";
    check.conclusion = conclusion;
    check.completedAt = input.completed_at === undefined ? world.clock.now() : Date.parse(input.completed_at);
  } else if (input.status !== undefined) {
    check.status = input.status;
    check.conclusion = null;
    check.completedAt = null;
  }
  if (output !== undefined) {
    check.title = output.title ?? check.title;
    check.summary = output.summary;
    check.text = output.text ?? check.text;
    check.annotations.push(...(output.annotations ?? []));
  }
  check.actions = actions ?? check.actions;
}
