/** A diagnosis for a person at a terminal: the cause first, then what to do, then everything that was seen. */
import type { Diagnosis } from "../../engine/diagnose/diagnosis.ts";
import type { Finding, FindingSeverity, Where } from "../../engine/diagnose/finding.ts";
import { singleLine } from "../../engine/report/escape.ts";
import { adviceFor } from "../../engine/report/story-of.ts";
import { durationText, minuteHere, plural } from "../../engine/report/units.ts";

export interface Look {
  readonly color: boolean;
  readonly columns: number;
}

const MOST_CAUSES = 6;
const MOST_ADVICE = 5;
const MOST_PLACES = 4;
const MOST_CHARS = 1_200;

const MARK: Readonly<Record<FindingSeverity, string>> = { error: "✗", warning: "!", info: "·" };
const COLOR: Readonly<Record<FindingSeverity, string>> = { error: "31", warning: "33", info: "2" };

export function diagnosisText(said: Diagnosis, look: Look): string {
  const serious = said.findings.filter(({ severity }) => severity !== "info");
  const parts = [
    headline(said),
    section("why", causes(said, serious), look),
    section("what to do now", advice(said, serious), look),
    said.findings.length === 0 ? "found: nothing unusual" : found(said.findings, look),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

const ENDED: Readonly<Record<Diagnosis["status"], string>> = {
  success: "succeeded",
  fail: "failed",
  canceled: "was cancelled",
  running: "is going on",
  waiting: "waits for a person",
  no_end: "never ended",
};

function headline({ run_id, status, engine, duration_ms, started_at, cost }: Diagnosis): string {
  const about = [
    ...(started_at === null ? [] : [`started ${minuteHere(started_at)}`]),
    ...(duration_ms === null ? [] : [`${durationText(duration_ms)} to its last line`]),
    ...(cost.known_usd > 0 ? [`$${cost.known_usd}${cost.complete ? "" : " known, incomplete"}`] : []),
    ...(engine === "kilroy" ? ["a run of Kilroy"] : []),
  ];
  return `${singleLine(run_id) || "the run"} ${ENDED[status]}\n  ${about.join(", ")}`;
}

/** The run's own word, or the first of what went wrong. */
function causes({ cause, status }: Diagnosis, serious: readonly Finding[]): string[] {
  const errors = serious.filter(({ severity }) => severity === "error");
  const first = Map.groupBy(errors.length > 0 ? errors : serious, ({ code }) => code).values();
  const told = [...first]
    .slice(0, MOST_CAUSES)
    .map(([one, ...more]) => `${one?.title}${others(more.length)}`);
  if (cause !== null)
    return [`${cause.node === "" ? "it" : cause.node} failed: ${cause.reason}${kind(cause.class)}`, ...told];
  return told.length > 0 || status !== "fail" ? told : ["neither its end nor its log says why"];
}

const others = (n: number): string => (n === 0 ? "" : `, and ${n} more like it`);

const kind = (name: string): string => (name === "" ? "" : ` (${name})`);

/** Of what was found; of a failure in which nothing was found, by its class. */
function advice({ cause }: Diagnosis, serious: readonly Finding[]): string[] {
  const told = [...new Set(serious.map((finding) => finding.advice))].slice(0, MOST_ADVICE);
  return told.length > 0 ? told : [adviceFor(cause?.class ?? "")].filter((one) => one !== null);
}

const section = (title: string, lines: readonly string[], { columns }: Look): string =>
  lines.length === 0
    ? ""
    : `${title}:\n${lines.map((line) => wrapped(line, columns, "  - ", "    ")).join("\n")}`;

function found(findings: readonly Finding[], look: Look): string {
  const counts = (["error", "warning", "info"] as const)
    .map((severity) => [severity, findings.filter((one) => one.severity === severity).length] as const)
    .filter(([, n]) => n > 0)
    .map(([severity, n]) => plural(n, severity === "info" ? "note" : severity));
  const shown = findings.map(({ code, severity, title, evidence, where }) => {
    const mark = paint(`${MARK[severity]} ${code}`, COLOR[severity], look);
    const places = [...new Set(where.map(placeOf))].filter((place) => place !== "");
    const more = places.length > MOST_PLACES ? `, … (${places.length} places)` : "";
    return [
      mark,
      wrapped(title, look.columns, "    ", "    "),
      wrapped(evidence, look.columns, "    ", "    "),
      ...(places.length === 0 ? [] : [`    at ${places.slice(0, MOST_PLACES).join(", ")}${more}`]),
    ].join("\n");
  });
  return `found: ${counts.join(", ")}\n${shown.join("\n")}`;
}

function placeOf({ file, line, seq }: Where): string {
  if (file !== undefined) return `${singleLine(file)}${line === undefined ? "" : `:${line}`}`;
  return seq === undefined ? "" : `line ${seq}`;
}

const paint = (text: string, color: string, { color: on }: Look): string =>
  on ? `\u001b[${color}m${text}\u001b[0m` : text;

/** Lines no longer than the screen; words are not divided. */
function wrapped(text: string, columns: number, first: string, next: string): string {
  const all = singleLine(text);
  const words = (all.length > MOST_CHARS ? `${all.slice(0, MOST_CHARS)}…` : all).split(" ");
  const lines: string[] = [];
  let line = first;
  for (const word of words) {
    const start = lines.length === 0 ? first : next;
    if (line.length + word.length + 1 > columns && line !== start) {
      lines.push(line);
      line = next + word;
    } else line += line === start ? word : ` ${word}`;
  }
  return [...lines, line].join("\n");
}
