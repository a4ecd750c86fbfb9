/** What a session does over and over: ended when it fails each time (R-AGENT-4), warned of when it does not. */
import { digestOf } from "../../../digest.ts";
import { cutEnd } from "../../../stages/text.ts";
import { compilerError } from "./compile.ts";

/** The same call with the same failure, so many times: asking once more would end the same. */
export const REPEAT_LIMIT = 3;
const WINDOW = 10;
const QUOTED_BYTES = 500;
const LONGEST_PATTERN = 3;

export interface CallEnd {
  readonly tool: string;
  readonly input: string;
  readonly failed: boolean;
  /** Its arguments could not be read. */
  readonly malformed: boolean;
  readonly output: string;
  /** Changes files, by its kind. */
  readonly writes: boolean;
}

export interface GuardStop {
  readonly code: "repeated_malformed_tool_loop" | "repeated_tool_failure_loop" | "compilation_loop";
  readonly message: string;
}

export interface Guards {
  /** After each round; a reason to end. */
  round(ends: readonly CallEnd[]): GuardStop | null;
  /** When a limit or a guard ends the session: whether it ended on the same compiler error again and again. */
  atEnd(): GuardStop | null;
  /** True once, when the latest calls only repeat a short pattern. */
  loops(): boolean;
}

/** `mask`: before what a tool said is cut to fit into a reason. */
export function guards(mask: (text: string) => string, limit = REPEAT_LIMIT): Guards {
  const malformed = new Map<string, number>();
  const failing = new Map<string, Map<string, number>>();
  const calls: string[] = [];
  const builds = { error: "", times: 0, commands: new Set<string>() };
  let warned = false;

  /** Looking at files between two builds changes nothing; the build that goes well does. */
  const built = ({ tool, input, failed, output }: CallEnd): void => {
    if (tool !== "shell") return;
    if (!failed && builds.commands.has(input)) builds.times = 0;
    const error = failed ? compilerError(mask(output)) : null;
    if (error === null) return;
    builds.times = error === builds.error ? builds.times + 1 : 1;
    builds.error = error;
    builds.commands.add(input);
  };

  const count = (counts: Map<string, number>, key: string): number => {
    const now = (counts.get(key) ?? 0) + 1;
    counts.set(key, now);
    return now;
  };

  const failedAgain = ({ tool, output }: CallEnd, call: string): number => {
    const ofTool = failing.get(tool) ?? new Map<string, number>();
    failing.set(tool, ofTool);
    return count(ofTool, `${call}\n${digestOf(output)}`);
  };

  return {
    round(ends) {
      let stop: GuardStop | null = null;
      for (const end of ends) {
        const call = digestOf(`${end.tool}\n${end.input}`);
        calls.push(call);
        built(end);
        if (end.malformed && count(malformed, call) >= limit) {
          const message = `repeated malformed tool calls detected: ${end.tool} came ${limit} times with the same arguments that cannot be read`;
          stop ??= { code: "repeated_malformed_tool_loop", message };
        } else if (end.failed && !end.malformed && failedAgain(end, call) >= limit) {
          const message = `repeated failing tool calls detected: ${end.tool} failed ${limit} times with the same arguments and the same result: ${cutEnd(mask(end.output), QUOTED_BYTES)}`;
          stop ??= { code: "repeated_tool_failure_loop", message };
        }
        // What failed before may go well now: a command may have changed what other commands look at.
        if (!end.failed && end.writes) failing.clear();
        else if (!end.failed && end.tool === "shell") failing.delete("shell");
      }
      return stop;
    },
    atEnd: () =>
      builds.times >= limit
        ? {
            code: "compilation_loop",
            message: `the session ended on the same compiler error ${builds.times} times: ${builds.error}`,
          }
        : null,
    loops() {
      if (warned || !repeats(calls.slice(-WINDOW))) return false;
      warned = true;
      return true;
    },
  };
}

function repeats(calls: readonly string[]): boolean {
  if (calls.length < WINDOW) return false;
  for (let length = 1; length <= LONGEST_PATTERN; length++) {
    if (calls.every((call, nth) => nth < length || call === calls[nth - length])) return true;
  }
  return false;
}
