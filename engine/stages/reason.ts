/** Why a process failed, in the words of its own output. */
import type { ProcessResult } from "./process.ts";
import { cutEnd, cutMiddle, oneLine } from "./text.ts";

export const REASON_BYTES = 8 * 1024;
const TELLING_LINES = 15;
const LINE_BYTES = 1000;

const LOOKS_LIKE_ERROR =
  /\b(?:errors?|fail(?:ed|ure|ures|s)?|fatal|panic(?:ked)?|exception|traceback|abort(?:ed)?|denied|refused|invalid|missing|undefined|unexpected|expected|cannot|can't|could not|unable|not found|no such|timed? ?out|killed|segmentation fault|assert\w*)\b|\b\w+(?:Error|Exception)\b|^(?:E|\u2717|\u2715|\u00d7|not ok)\s|\berror\[/i;

export interface FailedProcess extends Pick<ProcessResult, "evidence" | "stdout" | "stderr" | "startError"> {
  readonly timeoutMs: number | null;
  /** What was run, for a failure that said nothing. */
  readonly command: string;
  /** Why it was stopped, when somebody stopped it. */
  readonly abortReason: unknown;
}

/** How the process ended, then the lines that tell why; at most 8 KB, the whole is in the logs. */
export function failureReason(failed: FailedProcess): string {
  const how = howItEnded(failed);
  const said = reasonLines(failed.stderr.tail, failed.stdout.tail);
  const ran = `command: ${cutEnd(oneLine(failed.command), 200)}`;
  if (said.length === 0) return failed.startError === null ? `${how}, no output (${ran})` : `${how} (${ran})`;
  return cutMiddle(`${how}: ${said.join("\n")}`, REASON_BYTES);
}

function howItEnded({ evidence, startError, timeoutMs, abortReason }: FailedProcess): string {
  if (startError !== null) return `could not be started: ${cutEnd(oneLine(startError), LINE_BYTES)}`;
  if (evidence.canceled) return `canceled while running${because(abortReason)}`;
  if (evidence.timed_out) return `timed out after ${timeoutMs} ms`;
  if (evidence.signal) return `killed by ${evidence.signal}`;
  return `exit status ${evidence.exit_code}`;
}

/** An AbortSignal's reason; the one that abort() makes up says nothing. */
export function because(reason: unknown): string {
  const text = reason instanceof Error ? reason.message : typeof reason === "string" ? reason : "";
  return text === "" || (reason instanceof Error && reason.name === "AbortError")
    ? ""
    : ` (${oneLine(text)})`;
}

/** The last lines that look like errors; without any, the last lines of what there is. */
export function reasonLines(stderr: string, stdout: string): readonly string[] {
  const error = readableLines(stderr);
  const output = readableLines(stdout);
  const telling = [...error, ...output].filter((line) => LOOKS_LIKE_ERROR.test(line));
  if (telling.length > 0) return [...new Set(telling)].slice(-TELLING_LINES);
  return (error.length > 0 ? error : output).slice(-TELLING_LINES);
}

function readableLines(text: string): string[] {
  return plain(text)
    .split("\n")
    .map((line) => cutEnd(line.slice(line.lastIndexOf("\r", line.length - 2) + 1).trimEnd(), LINE_BYTES))
    .filter((line) => line.trim() !== "");
}

/** Without colours, cursor movements and other control characters. */
const plain = (text: string): string =>
  text
    .replace(/\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g, "")
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, "");
