/** Why work failed: evidence outranks hints, hints outrank text (R-FAIL-3). docs/decisions has the reasons for each rule. */

import type { FailureClass } from "./classes.ts";
import { cueIn } from "./cues.ts";
import { classOfErrorCode } from "./error-codes.ts";
import type { Evidence } from "./evidence.ts";
import { classOfHint } from "./hints.ts";

export interface ClassifyRequest {
  readonly status: string;
  readonly reason?: string | undefined;
  /** `failure_class` as the stage gave it. */
  readonly hint?: string | undefined;
  readonly evidence?: Evidence | undefined;
}

export interface Classified {
  readonly class: FailureClass;
  readonly by: "evidence" | "hint" | "text" | "default";
  readonly why: string;
}

export function classify({ status, reason = "", hint = "", evidence = {} }: ClassifyRequest): Classified {
  const hinted = hint.trim() === "" ? null : classOfHint(hint);
  const ignored =
    hint.trim() !== "" && hinted === null ? `; hint ${JSON.stringify(hint.slice(0, 60))} is not a class` : "";
  const say = (by: Classified["by"], found: FailureClass, why: string): Classified => ({
    class: found,
    by,
    why: why + ignored,
  });

  const strong = fromEvidence(evidence);
  if (strong !== null) return say("evidence", ...strong);
  if (hinted === "canceled")
    return say("hint", "deterministic", `hint ${hint.trim()}, but the run did not cancel it: it failed`);
  if (hinted !== null) return say("hint", hinted, `hint ${hint.trim()}`);
  const cue = cueIn(reason);
  if (cue !== null) return say("text", cue.class, `the text says "${cue.words}"`);
  if (evidence.exit_code)
    return say(
      "evidence",
      "deterministic",
      `exit code ${evidence.exit_code} and nothing that explains it otherwise`,
    );
  return say(
    "default",
    "deterministic",
    reason.trim() === "" ? `${status} without a reason` : "nothing says otherwise",
  );
}

/** What happened to the process or call, as far as it tells why. A plain exit code says that work failed, not why. */
function fromEvidence(evidence: Evidence): [FailureClass, string] | null {
  if (evidence.canceled) return ["canceled", "it was canceled"];
  if (evidence.timed_out) return ["transient_infra", "it timed out"];
  if (evidence.lost) return ["transient_infra", "the process that ran it is gone"];
  const typed = evidence.error_code === undefined ? null : classOfErrorCode(evidence.error_code);
  if (typed !== null) return [typed, `error code ${evidence.error_code}`];
  const http = evidence.http_status === undefined ? null : classOfHttpStatus(evidence.http_status);
  if (http !== null) return [http, `HTTP ${evidence.http_status}`];
  if (evidence.signal) return classOfSignal(evidence.signal);
  return evidence.exit_code ? classOfExitCode(evidence.exit_code) : null;
}

function classOfHttpStatus(status: number): FailureClass | null {
  if (status === 408 || status === 425 || status === 429 || (status >= 500 && status < 600))
    return "transient_infra";
  if (status === 413) return "budget_exhausted";
  return status >= 400 && status < 500 ? "deterministic" : null;
}

/** Signals by which a program ends itself. */
const CRASHES = new Set(["SIGSEGV", "SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGTRAP", "SIGSYS", "SIGPIPE"]);

/** What the run itself sends is told by `canceled` or `timed_out`: these came from somebody else (R-FAIL-4). */
function classOfSignal(signal: string): [FailureClass, string] {
  if (CRASHES.has(signal.toUpperCase())) return ["deterministic", `it crashed with ${signal}`];
  const sent = `${signal}, which the run did not send`;
  // The kernel ends so what takes too much memory, and a machine what it shuts down.
  return signal.toUpperCase() === "SIGKILL"
    ? ["transient_infra", `it was killed by ${sent}`]
    : ["deterministic", `it was ended by ${sent}`];
}

/** The few exit codes that shells and the kernel give a meaning of their own. */
const TELLING_EXITS: ReadonlyMap<number, string> = new Map([
  [126, "the command cannot be executed"],
  [127, "the command was not found"],
  [132, "it crashed on an illegal instruction"],
  [134, "it aborted"],
  [136, "it crashed on an arithmetic error"],
  [139, "it crashed on a memory access"],
]);

function classOfExitCode(code: number): [FailureClass, string] | null {
  // A shell tells so that its child was killed, most often for memory; the run's own kill is `canceled` or `timed_out`.
  if (code === 137) return ["transient_infra", "exit code 137: a process in it was killed by SIGKILL"];
  const meaning = TELLING_EXITS.get(code);
  return meaning === undefined ? null : ["deterministic", `exit code ${code}: ${meaning}`];
}
