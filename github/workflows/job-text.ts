/** Pieces of jobs as `attractor init` writes them, the same wherever a job of ours stands. */
import type { Jobs } from "../../engine/config/jobs.ts";
import { expression, flow, indented, stepsText } from "./yaml-text.ts";

/** Inputs of the form that a run begins with. */
export const BEGINNING = ["graph", "ref", "inputs", "budget", "hop"] as const;

export interface Made {
  readonly jobs: Jobs;
  /** OWNER/NAME@REF. */
  readonly action: string;
}

/** `with:` of a step of ours. */
export const given = (entries: readonly (readonly [string, string])[]): string =>
  entries.map(([name, value]) => `          ${name}: ${value}\n`).join("");

export const handedOn = (names: readonly string[]): [string, string][] =>
  names.map((name) => [name, expression(`inputs.${name}`)]);

/** Where a job runs that runs stages, and its steps before ours. */
export function stageJob({ jobs }: Made): { place: string; before: string } {
  const place = [
    `    runs-on: ${flow(jobs.runs_on)}\n`,
    `    timeout-minutes: ${jobs.timeout_minutes}\n`,
    ...(jobs.environment === undefined ? [] : [`    environment: ${flow(jobs.environment)}\n`]),
    ...(jobs.container === undefined ? [] : [`    container: ${flow(jobs.container)}\n`]),
  ];
  return { place: place.join(""), before: stepsText(jobs.steps) };
}

export const smallPlace = ({ runs_on, small_runs_on }: Jobs, minutes: number): string =>
  `    runs-on: ${flow(small_runs_on ?? runs_on)}\n    timeout-minutes: ${minutes}\n`;

export const limit = ({ timeout_minutes }: Jobs): string =>
  `          timeout-minutes: ${timeout_minutes} # as above: nothing tells a job its own\n`;

/** Keys that the configuration names; without any, the lines that somebody will need first. */
export function secretsOf({ secrets }: Jobs): string {
  if (secrets.length === 0)
    return `          # secrets: |
          #   ANTHROPIC_API_KEY=${expression("secrets.ANTHROPIC_API_KEY")}
`;
  const lines = secrets.map((name) => `${name}=${expression(`secrets.${name}`)}\n`).join("");
  return `          secrets: |\n${indented(lines, 12)}`;
}

export const pullRequestToken = ({ pull_request_token: name }: Jobs): string =>
  name === undefined ? "" : `          pull-request-token: ${expression(`secrets.${name}`)}\n`;

export const decides = ({ coordinator }: Jobs): string => `          coordinator: ${coordinator}\n`;

/** Of a part that leaves an artifact. */
export const keeps = ({ retention_days: days }: Jobs): string =>
  days === undefined ? "" : `          retention-days: ${days}\n`;

export const outputs = (names: readonly string[]): string =>
  `    outputs:\n${names.map((name) => `      ${name}: ${expression(`steps.attractor.outputs.${name}`)}\n`).join("")}`;

/** Of a job that goes on with a run and tells people of it; where the app does both it writes to the log alone. */
export const tells = ({ coordinator }: Jobs): string =>
  coordinator === "app"
    ? ""
    : `      actions: write # to dispatch the hop that follows
      checks: write # the run's check
      issues: write # its comment
      pull-requests: write # the same, and to open its pull request
`;
