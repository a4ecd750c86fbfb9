/** What looking after runs costs: scheduled jobs of a month in which no run is open, and of a day in which one is. */
import { z } from "zod";
import { CLOCK_PATH } from "../../github/workflows/init-files.ts";
import { readWorkflow } from "./read-caller.ts";

export interface IdleCost {
  /** Each is billed as a minute at the least. */
  readonly jobs_a_month: number;
  readonly jobs_a_day_while_open: number;
}

const Scheduled = z.looseObject({ schedule: z.array(z.looseObject({ cron: z.string() })) });

const DAYS = 30;

/** `workflows`: path to text. */
export function idleCost(workflows: Iterable<readonly [string, string]>): IdleCost {
  let [always, open] = [0, 0];
  for (const [path, text] of workflows) {
    const jobs = sweepsADay(text);
    open += jobs;
    // Switched off while no run is open.
    if (path !== CLOCK_PATH) always += jobs;
  }
  return { jobs_a_month: always * DAYS, jobs_a_day_while_open: open };
}

function sweepsADay(text: string): number {
  const workflow = readWorkflow(text);
  const on = Scheduled.safeParse(workflow?.on);
  if (workflow === null || !on.success) return 0;
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps ?? []);
  if (!steps.some((step) => step.with?.part === "sweep")) return 0;
  return on.data.schedule.map(({ cron }) => timesADay(cron)).reduce((sum, n) => sum + n, 0);
}

/** On a day that the schedule is for. */
function timesADay(cron: string): number {
  const [minutes = "*", hours = "*"] = cron.trim().split(/\s+/);
  return countOf(minutes, 60) * countOf(hours, 24);
}

function countOf(field: string, size: number): number {
  const found = new Set<number>();
  for (const part of field.split(",")) {
    const [span = "", step = "1"] = part.split("/");
    const [first = "0", last = first] = span === "*" ? ["0", String(size - 1)] : span.split("-");
    const end = part.includes("/") && !/[*-]/.test(span) ? size - 1 : Number(last);
    for (let at = Number(first); at <= end && at < size; at += Math.max(1, Number(step) || 1)) found.add(at);
  }
  return found.size;
}

export function idleText({ jobs_a_month: month, jobs_a_day_while_open: day }: IdleCost): string {
  const open = day === 0 ? "" : ` While one is open at most ${day} short jobs a day look after it.`;
  return `While no run is open: ${month} jobs a month.${open}\n`;
}
