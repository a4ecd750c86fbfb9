/** A log into the facts. Whatever is wrong with its lines is counted and told; the others are read. */
import type { RunFacts } from "../facts/facts.ts";
import { type LinePlace, observe } from "../facts/observe.ts";
import { isObject, type RawJson } from "../facts/read.ts";
import type { FindingSeverity } from "../finding.ts";
import { eachLine } from "./lines.ts";
import { withPlain } from "./plain.ts";

/** Twice what a line may have here; other engines write longer ones, and none is a mebibyte of use. */
const MOST_LINE = 1024 * 1024;

type Kind = "torn" | "long" | "json" | "event" | "foreign" | "order";
const WHAT: Readonly<Record<Kind, string>> = {
  torn: "the last line is cut off",
  long: "lines longer than a mebibyte, which were skipped",
  json: "lines that are no JSON, torn or written into one another",
  event: "lines that are no events of a run",
  foreign: "lines of another run",
  order: "lines out of their order, missing or twice",
};

export function readLog(facts: RunFacts, path: string, place: Omit<LinePlace, "line">): boolean {
  const wrong = new Map<Kind, { count: number; line: number }>();
  const note = (kind: Kind, line: number): void => {
    const known = wrong.get(kind);
    if (known) known.count += 1;
    else wrong.set(kind, { count: 1, line });
  };
  const expected = { seq: 0 };
  const here: LinePlace = { ...place, line: null };
  /** What is wrong with the line; null: it is in the facts. */
  const take = (text: string, number: number): Kind | null => {
    const value = parsed(text);
    if (value === undefined) return text.trim() === "" ? null : "json";
    if (!isObject(value) || typeof value.event !== "string") return "event";
    if (!isOfRun(facts, value)) return "foreign";
    const wanted = expected.seq;
    const { seq } = value;
    if (typeof seq === "number") {
      // A line that stands twice counts once.
      if (seq < wanted) return "order";
      expected.seq = seq + 1;
    }
    here.line = number;
    observe(facts, value, here);
    return typeof seq === "number" && wanted > 0 && seq > wanted ? "order" : null;
  };
  const told = (kind: Kind | null, number: number): void => {
    if (kind !== null) note(kind, number);
  };
  const opened = withPlain(path, (fd) =>
    eachLine(fd, {
      limit: MOST_LINE,
      line: (text, number) => told(take(text, number), number),
      tooLong: (number) => note("long", number),
      torn: (text, number) => told(parsed(text) === undefined ? "torn" : take(text, number), number),
    }),
  );
  const file = place.file ?? path;
  for (const [kind, { count, line }] of wrong)
    facts.damage.push({ file, what: WHAT[kind], severity: severityOf(kind), line, count });
  if (opened.kind === "refused")
    facts.damage.push({ file, what: opened.why, severity: "warning", line: null, count: 1 });
  return opened.kind === "read";
}

const severityOf = (kind: Kind): Exclude<FindingSeverity, "error"> => (kind === "torn" ? "info" : "warning");

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The first line says whose log it is. */
function isOfRun(facts: RunFacts, line: RawJson): boolean {
  const id = line.run_id;
  if (typeof id !== "string" || id === "") return true;
  if (facts.runId === "") facts.runId = id.slice(0, 200);
  return facts.runId === id;
}
