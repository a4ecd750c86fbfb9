/** Amounts and rows of a plan as people read them. */
import { countText, durationText, money, plural } from "../report/units.ts";
import type { Amount } from "./attempt-cost.ts";
import type { Plan, PlannedStage, PlannedWorkflow } from "./model.ts";

const NO_BOUND = "no bound";

const most = (n: number | null): string => (n === null ? NO_BOUND : countText(n));

const UNKNOWN = "cost unknown";

function tokensAndMoney({ tokens, usd }: Amount, unknown: string): string {
  if (tokens === 0 && usd === 0) return "";
  if (tokens === null && usd === null) return unknown;
  const size = tokens === null ? "tokens unknown" : `${short(tokens)} tokens`;
  return `${size}, ${usd === null ? unknown : money(usd)}`;
}

const UNITS = ["", " k", " M", " G", " T"];

/** Three digits are enough for an estimate. */
function short(n: number): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(n, 1)) / 3), UNITS.length - 1);
  return `${Number((n / 1000 ** power).toPrecision(3))}${UNITS[power]}`;
}

export const HEADINGS = ["stage", "who", "prompt", "visits", "attempts", "likely", "at most"] as const;

export function rowOf(stage: PlannedStage): readonly string[] {
  const { id, kind, models, prompt_bytes, visits, attempts, likely, most: bound } = stage;
  const [first = kind, ...others] = models;
  const who = others.length === 0 ? first : `${first} (+${others.length})`;
  return [
    id,
    who,
    prompt_bytes === null ? "" : `${short(prompt_bytes)} bytes`,
    ofMost(visits.likely, visits.most),
    ofMost(attempts.likely, attempts.most),
    tokensAndMoney(likely, UNKNOWN),
    tokensAndMoney(bound, NO_BOUND),
  ];
}

const ofMost = (likely: number, bound: number | null): string =>
  likely === bound ? `${likely}` : `${likely} of ${most(bound)}`;

export function totalRow({ total }: Plan): readonly string[] {
  const [likely, bound] = [tokensAndMoney(total.likely, UNKNOWN), tokensAndMoney(total.most, NO_BOUND)];
  return ["total", "", "", "", "", likely, bound];
}

/** One line for each workflow run. */
const runLines = ({ runs }: PlannedWorkflow): string[] =>
  runs.map(
    (jobs, at) =>
      `workflow run ${at + 1}: ${jobs.map(({ name, count: n }) => (n === 1 ? name : `${n} × ${name}`)).join(", ")}`,
  );

function jobsLine({ jobs, jobs_told, minutes, most: bound }: PlannedWorkflow): string {
  const told = jobs_told === jobs ? "" : `, ${jobs_told} when a pull request is told of the end`;
  const time = `billed: at least ${plural(minutes.least, "minute")}, likely ${durationText(minutes.likely * 60_000)}`;
  return `${plural(jobs, "job")}${told}; ${time}; at most ${most(bound.jobs)} jobs`;
}

const permissionLines = ({ permissions }: PlannedWorkflow): string[] =>
  Object.entries(permissions).map(([job, rights]) => {
    const words = Object.entries(rights).map(([name, right]) => `${name}: ${right}`);
    return `${job}: ${words.join(", ")}`;
  });

const questionLine = ({ node, waits_minutes, default: usual }: Plan["questions"][number]): string =>
  `${node} asks a person and waits ${durationText(waits_minutes * 60_000)}; then ${usual === null ? "it fails" : `it takes ${usual}`}`;

/** Parts that are lists of sentences, with their headings; empty ones are left out. */
export function listsOf(plan: Plan, github: boolean): (readonly [string, readonly string[]])[] {
  const { workflow, app } = plan.github;
  const lists: (readonly [string, readonly string[]])[] = [
    [
      "Rests on",
      plan.stages.every(({ models }) => models.length === 0)
        ? []
        : [`likely: ${plan.total.likely_rests_on}`, `at most: ${plan.total.rests_on}`],
    ],
    ["Nobody bounds or knows", plan.open],
    ["Questions", plan.questions.map(questionLine)],
    ...(github
      ? [
          [
            "On GitHub",
            [
              ...runLines(workflow),
              jobsLine(workflow),
              `with the app: ${jobsLine(app)}`,
              ...(plan.read_only === null ? [] : [plan.read_only]),
            ],
          ] as const,
          ["Permissions of the jobs", permissionLines(workflow)] as const,
        ]
      : []),
    ["Secrets", plan.secrets.map(({ name, for: what }) => `${name}, for ${what}`)],
    ["A lost runner loses", plan.lost_runner],
    ["Confinement", plan.confinement],
    ["A run would be refused now", plan.preflight.fail],
    ["Warnings", plan.preflight.warn.filter((message) => !plan.confinement.includes(message))],
  ];
  return lists.filter(([, lines]) => lines.length > 0);
}
