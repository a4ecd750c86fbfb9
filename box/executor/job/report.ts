/** What a runner tells GitHub of its job: steps, log lines, annotations and summaries, masked, until it is silenced. */
import type { ActionsPort, Conclusion, JobAnnotation, StepRecord } from "../../actions/port.ts";
import type { Masks } from "./masks.ts";

const MAX_ISSUES_PER_LEVEL = 10;
const MAX_MESSAGE = 4096;
const MAX_SUMMARY_BYTES = 1024 * 1024;
/** Where annotations without a file show up. */
const NO_FILE = ".github";

export type IssueLevel = "error" | "warning" | "notice";

interface Issue {
  readonly level: IssueLevel;
  readonly message: string;
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly endLine?: number | undefined;
  readonly title?: string | undefined;
}

export interface JobReport {
  /** Opens the next step and answers its number. */
  begin(name: string): number;
  end(number: number, conclusion: Conclusion): void;
  log(line: string): void;
  /** Logs the issue and keeps it as an annotation, ten of a level for each step. */
  issue(issue: Issue): void;
  summary(markdown: string): void;
  silence(): void;
}

export function createReport(actions: ActionsPort, jobId: number, masks: Masks): JobReport {
  const steps: StepRecord[] = [];
  const counted = new Map<string, number>();
  /** A composite's steps write to one summary, that of the step which uses it. */
  const summaries = new Map<number, string>();
  let silent = false;
  const tell = (work: () => void) => {
    if (!silent) work();
  };
  const current = () => steps.length;
  const log = (line: string) => tell(() => actions.appendLog(jobId, `${masks.mask(line)}\n`));

  const issue = (found: Issue) => {
    const message = masks.mask(found.message).slice(0, MAX_MESSAGE);
    log(`##[${found.level}]${message}`);
    const key = `${current()} ${found.level}`;
    const count = counted.get(key) ?? 0;
    if (count >= MAX_ISSUES_PER_LEVEL) return;
    counted.set(key, count + 1);
    tell(() => actions.annotate(jobId, [annotationOf(found, message)]));
  };

  return {
    begin(name) {
      const number = current() + 1;
      steps.push({
        number,
        name: masks.mask(name),
        status: "in_progress",
        conclusion: null,
        startedAt: actions.clock.now(),
        completedAt: null,
      });
      tell(() => actions.setSteps(jobId, [...steps]));
      return number;
    },
    end(number, conclusion) {
      const step = steps[number - 1];
      if (step === undefined) return;
      steps[number - 1] = { ...step, status: "completed", conclusion, completedAt: actions.clock.now() };
      tell(() => actions.setSteps(jobId, [...steps]));
    },
    log,
    issue,
    summary(markdown) {
      const size = Buffer.byteLength(markdown);
      if (size === 0) return;
      if (size > MAX_SUMMARY_BYTES) {
        issue({
          level: "error",
          message: `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of ${MAX_SUMMARY_BYTES / 1024}k, got ${Math.floor(size / 1024)}k`,
        });
        return;
      }
      const all = `${summaries.get(current()) ?? ""}${masks.mask(markdown)}`;
      summaries.set(current(), all);
      tell(() => actions.addSummary(jobId, current(), all));
    },
    silence() {
      silent = true;
    },
  };
}

const LEVELS = { error: "failure", warning: "warning", notice: "notice" } as const;

function annotationOf(issue: Issue, message: string): JobAnnotation {
  const startLine = issue.line ?? 1;
  return {
    path: issue.file ?? NO_FILE,
    startLine,
    endLine: Math.max(startLine, issue.endLine ?? startLine),
    level: LEVELS[issue.level],
    message,
    ...(issue.title === undefined ? {} : { title: issue.title }),
  };
}
