/** Workflow runs, one run with its jobs, summaries and artifacts, and one job's log. */

import type { Job, Run } from "../../../box/state/records.ts";
import { html, type Markup } from "../../../engine/report/html/markup.ts";
import { durationText } from "../../../engine/report/units.ts";
import type { DemoWorld } from "../../world.ts";
import { markdown } from "../markdown.ts";
import { logLines } from "./log.ts";
import { clockTime, dot, lookOf, rootOf } from "./shell.ts";

const runPath = (world: DemoWorld, run: Run): string => `${rootOf(world)}/actions/runs/${run.id}`;
const lookOfRun = (run: Run) => {
  const attempt = run.attempts.at(-1);
  return lookOf(attempt?.status ?? "queued", attempt?.conclusion ?? null);
};
const took = (from: number, to: number | null, now: number): string =>
  durationText(Math.max(0, (to ?? now) - from));

export function runList(world: DemoWorld): Markup {
  const runs = [...world.repository.runs.values()].reverse();
  const now = world.box.clock.now();
  return html`<section class="title" id="s-title"><h1>Workflow runs</h1><p class="muted">Each takes turns of trunk jobs and branches, which are a matrix; a last job goes on where more is to be done.</p></section>
<section class="card" id="s-runs">${
    runs.length === 0
      ? html`<p class="muted">None yet.</p>`
      : html`<ul class="runs">${runs.map((run) => {
          const attempt = run.attempts.at(-1)!;
          const end = attempt.status === "completed" ? attempt.updatedAt : null;
          return html`<li>${dot(lookOfRun(run))}<span class="what"><a href="${runPath(world, run)}">${run.title}</a><br><span class="muted">${run.workflowName} #${run.number} · ${run.cause.event.name} by ${run.cause.actor.login}</span></span><span class="muted n">${clockTime(run.createdAt)} · ${took(attempt.startedAt, end, now)}</span></li>`;
        })}</ul>`
  }</section>`;
}

export function runDetail(world: DemoWorld, run: Run, here: readonly string[]): Markup {
  const jobs = run.attempts.at(-1)?.jobs ?? [];
  const artifacts = [...world.repository.artifacts.values()].filter(
    (each) => each.run === run && each.finalized,
  );
  return html`<section class="title" id="s-title"><h1>${dot(lookOfRun(run))} ${run.title}</h1><p class="muted">${run.workflowName} #${run.number} · ${run.cause.event.name} by ${run.cause.actor.login} · <a href="${rootOf(world)}/actions">all runs</a></p></section>
<section class="card" id="s-jobs"><h2>Jobs</h2>${jobFlow(
    world,
    run,
    jobs.filter(({ conclusion }) => conclusion !== "skipped"),
  )}</section>
${jobs
  .filter((job) => job.summaries.size > 0)
  .map(
    (job) =>
      html`<section class="card" id="s-sum-${job.id}"><h2>${shortName(job)} summary</h2><div class="body">${[...job.summaries.values()].map((text) => markdown(text, here))}</div></section>`,
  )}
${
  artifacts.length === 0
    ? null
    : html`<section class="card" id="s-artifacts"><h2>Artifacts</h2><div class="scroll"><table><thead><tr><th>Name</th><th class="n">Size</th><th class="n"></th></tr></thead><tbody>${artifacts.map(
        (each) =>
          html`<tr><td>${each.name}</td><td class="n">${kilobytes(each.size)}</td><td class="n"><a href="/-/artifacts/${each.id}.zip" download>Download</a></td></tr>`,
      )}</tbody></table></div></section>`
}`;
}

/** Columns as the jobs follow one another: trunk jobs and branches by their round, and what comes last. */
function jobFlow(world: DemoWorld, run: Run, jobs: readonly Job[]): Markup {
  if (jobs.length === 0) return html`<p class="muted">Waiting for a runner.</p>`;
  const now = world.box.clock.now();
  const places = [...new Set(jobs.map(placeOf))].sort((a, b) => a - b);
  const columns = places.map((place) => jobs.filter((job) => placeOf(job) === place));
  return html`<div class="flow">${columns.map(
    (each) =>
      html`<ul>${each.map(
        (job) =>
          html`<li>${dot(lookOf(job.status, job.conclusion))}<a href="${runPath(world, run)}/job/${job.id}">${shortName(job)}</a><span class="muted n">${
            job.status === "queued" || job.conclusion === "skipped"
              ? ""
              : took(job.startedAt, job.completedAt, now)
          }</span></li>`,
      )}</ul>`,
  )}</div>`;
}

const shortName = (job: Job): string => job.name.split(" / ").at(-1) ?? job.name;

export function jobDetail(world: DemoWorld, run: Run, job: Job): Markup {
  return html`<section class="title" id="s-title"><h1>${dot(lookOf(job.status, job.conclusion))} ${shortName(job)}</h1><p class="muted"><a href="${runPath(world, run)}">${run.title}</a> · on ${job.runner ?? "no runner yet"}</p></section>
<section class="card log" id="s-log">${logLines(job.log.join(""))}</section>`;
}

const kilobytes = (bytes: number): string =>
  bytes < 1024 ? `${bytes} B` : `${(bytes / 1024).toFixed(1)} KB`;

function placeOf({ name }: Job): number {
  const [, kind, round = "0"] = /^(Trunk|Branches)(?: (\d+))?/.exec(name) ?? [];
  return kind === undefined ? 100 : 2 * Number(round) + (kind === "Trunk" ? 0 : 1);
}
