/** What an attempt's folder says of its agent: failed tool calls, long inputs, turn limits, what it cost. */
import { join } from "node:path";
import { addMoney } from "../facts/attempts.ts";
import type { RunFacts, SessionFacts } from "../facts/facts.ts";
import { isObject, number, object, type RawJson } from "../facts/read.ts";
import { eachLine } from "./lines.ts";
import { readJsonFile, withPlain } from "./plain.ts";
import { repeatedChars } from "./repeated.ts";

const MOST_LINE = 8 * 1024 * 1024;
const MOST_SESSIONS = 20_000;
const MOST_FILES = 20;

export function readSession(
  facts: RunFacts,
  root: string,
  folder: string,
  branch: string,
  node: string,
): void {
  if (facts.sessions.length >= MOST_SESSIONS) return;
  const session: SessionFacts = {
    file: join(folder, "events.ndjson"),
    branch,
    node,
    errors: { total: 0, patch: 0, compile: 0, missing: 0 },
    missingFiles: new Set(),
    input: { chars: 0, repeated: 0 },
    turnLimits: 0,
    turns: null,
    exitCode: null,
    durationMs: null,
    complete: false,
  };
  const read = ["events.ndjson", "stdout.log"].some((name) =>
    linesOf(join(root, folder, name), facts, session),
  );
  const timing = [`cli_timing.json`, "cli_invocation.json"].map((name) =>
    readJsonFile(join(root, folder, name)),
  );
  for (const file of timing)
    if (file.kind === "read" && isObject(file.value)) {
      session.exitCode ??= number(file.value, "exit_code");
      session.durationMs ??= number(file.value, "duration_ms");
    }
  const used = readJsonFile(join(root, folder, "provider_used.json")).kind === "read";
  if ((read && isAgent(session)) || used) facts.sessions.push(session);
}

/** A tool's output is no session. */
const isAgent = ({ input, turns, errors, turnLimits, complete }: SessionFacts): boolean =>
  input.chars > 0 || turns !== null || errors.total > 0 || turnLimits > 0 || complete;

function linesOf(path: string, facts: RunFacts, session: SessionFacts): boolean {
  let events = 0;
  const opened = withPlain(path, (fd) =>
    eachLine(fd, {
      limit: MOST_LINE,
      line: (text) => {
        if (!text.startsWith("{")) return;
        const line = parsed(text);
        if (line === null) return;
        events += 1;
        take(line, facts, session);
      },
      tooLong: () => undefined,
      torn: () => undefined,
    }),
  );
  return opened.kind === "read" && events > 0;
}

function parsed(text: string): RawJson | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** Ours has its fields beside `kind`, Kilroy's sessions below `data`; Claude's stream tells turns and cost at its end. */
function take(line: RawJson, facts: RunFacts, session: SessionFacts): void {
  const data = isObject(line.data) ? line.data : line;
  const kind = line.kind ?? line.type;
  if (kind === "USER_INPUT") input(stringOf(data.text), session);
  else if (kind === "TOOL_CALL_END") toolCall(data, session);
  else if (kind === "TURN_LIMIT") session.turnLimits += 1;
  else if (kind === "SESSION_END") session.complete = true;
  else if (kind === "result") result(line, facts, session);
}

function result(line: RawJson, facts: RunFacts, session: SessionFacts): void {
  session.complete = true;
  session.turns = number(line, "num_turns") ?? session.turns;
  const usd = number(line, "total_cost_usd") ?? number(object(line, "cost"), "usd");
  // Ours has it in the log already.
  if (usd !== null && facts.dialect === "kilroy") addMoney(facts, session.branch, session.node, usd);
}

function input(text: string, session: SessionFacts): void {
  if (text.length > session.input.chars)
    session.input = { chars: text.length, repeated: repeatedChars(text) };
}

const PATCH = /apply_patch|\*\*\* Begin Patch/;
const FORM = /expected|unexpected|malformed|invalid|must (?:begin|start)|does not start/i;
const MISSING = /(\S*[\w.-]+\.\w+)?['"`]?: no such file or directory|ENOENT[^\n]*'([^']+)'/i;
const COMPILE =
  /error\[E\d+\]|could not compile|error TS\d+|compilation (?:failed|error)|\bcannot find symbol\b/i;

function toolCall(data: RawJson, session: SessionFacts): void {
  const error =
    stringOf(data.error) || (data.is_error === true ? stringOf(data.full_output ?? data.output) || "?" : "");
  if (error === "") return;
  const { errors, missingFiles } = session;
  errors.total += 1;
  const missing = MISSING.exec(error);
  if (PATCH.test(error) && FORM.test(error)) errors.patch += 1;
  else if (COMPILE.test(error)) errors.compile += 1;
  else if (missing) {
    errors.missing += 1;
    const name = missing[1] ?? missing[2];
    if (name && missingFiles.size < MOST_FILES) missingFiles.add(name.slice(0, 200));
  }
}

const stringOf = (value: unknown): string => (typeof value === "string" ? value.slice(0, 1024 * 1024) : "");
