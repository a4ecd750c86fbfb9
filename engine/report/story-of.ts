/** Why a run failed, as a person would say it: which stage, what it said, whether it was tried again, what to do. */
import type { Cause } from "../core/outcome.ts";
import type { FailureClass } from "../failure/classes.ts";
import { plainText } from "./escape.ts";
import type { Story } from "./model.ts";
import { truncateText } from "./truncate.ts";

const CLASSES: Readonly<Record<FailureClass, { readonly words: string; readonly advice: string }>> = {
  transient_infra: {
    words: "transient",
    advice: "Resume: what was out of reach may answer now. What succeeded stays done.",
  },
  deterministic: {
    words: "the same attempt would fail again",
    advice: "Fix what it says, then resume. What succeeded stays done.",
  },
  canceled: { words: "stopped by the run", advice: "Resume: it goes on where it was stopped." },
  budget_exhausted: {
    words: "a limit was reached",
    advice: "Raise the limit that it names, then resume. The partial work is kept.",
  },
  compilation_loop: {
    words: "it kept producing work that does not build",
    advice: "Fix the error that came back each time, or change the stage's prompt, then resume.",
  },
  structural: {
    words: "the stage or the graph broke its own rules",
    advice: "Change the graph or the stage, then start again.",
  },
};

/** What to do after a failure of that class; null for a word that is no class of ours. */
export const adviceFor = (name: string): string | null =>
  Object.hasOwn(CLASSES, name) ? CLASSES[name as FailureClass].advice : null;

const LONGEST = 240;
/** The aside says how often it was retried. */
const TOLD = /^max retries exceeded:\s*(?=\S)/;
const EXIT = /^exit status (\d+)(?::\s*|\s*$)/;

export interface Tries {
  /** Retries of its last visit. */
  readonly made: number;
  readonly most: number;
}

export interface FailedStage {
  readonly cause: Cause;
  readonly label: string;
  /** The branch's name, where it says more than the stage's. */
  readonly branch: string | null;
  readonly tries: Tries | null;
  /** Other branches of the same fan-out that failed. */
  readonly alsoFailed: number;
}

export function storyOf({ cause, label, branch, tries, alsoFailed }: FailedStage): Story {
  const { words, exit } = reasonInWords(cause.reason);
  const { words: kind, advice } = CLASSES[cause.class];
  const where = branch === null ? "" : ` in branch ${branch}`;
  const verb = cause.class === "canceled" ? "was stopped" : "failed";
  const asides = [
    exit === null || exit === words ? "" : exit,
    kind,
    tries === null || (tries.made === 0 && cause.class !== "transient_infra")
      ? ""
      : `retried ${tries.made} of ${Math.max(tries.most, tries.made)} times`,
    alsoFailed === 0 ? "" : `${alsoFailed} more ${alsoFailed === 1 ? "branch" : "branches"} failed`,
  ];
  return {
    sentence: `${named(label)}${where} ${verb}: ${words}`,
    aside: asides.filter((part) => part !== "").join("; "),
    advice,
  };
}

/** A label that is a question, or ends as a sentence does, needs quotes inside a sentence. */
export const named = (label: string): string => (/[\p{P}]$/u.test(label) ? `“${label}”` : label);

/** The first line that says something, without what an exit code puts before it. */
export function reasonInWords(reason: string): { readonly words: string; readonly exit: string | null } {
  const lines = plainText(reason)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const first = lines[0] ?? "no reason was given";
  const code = EXIT.exec(first)?.[1] ?? null;
  const exit = code === null ? null : `exit status ${code}`;
  const rest = first.replace(EXIT, "").replace(TOLD, "");
  const words = (rest === "" ? (lines[1] ?? exit) : rest) ?? "no reason was given";
  const oneLine = truncateText(words.replace(/\s+/g, " ").replace(/\.$/, ""), LONGEST).replace(/\n.*$/s, "");
  return { words: oneLine.length < words.length - 1 ? `${oneLine}…` : oneLine, exit };
}
