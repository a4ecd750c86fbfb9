/**
 * Comment commands: the first line of a new comment, `/attractor VERB …`, and nothing else. Quoted, fenced and indented
 * text is talk, not a command.
 */
import { type NewBounds, readBounds } from "../../engine/core/new-budget.ts";
import { nearestWord } from "../../engine/graph/nearest.ts";

export type Command =
  | { readonly verb: "run"; readonly graph: string; readonly inputs: Readonly<Record<string, string>> }
  | { readonly verb: "status" | "cancel" | "diagnose"; readonly run: string | null }
  | { readonly verb: "resume"; readonly run: string | null; readonly budget?: NewBounds }
  | { readonly verb: "choose"; readonly gate: string; readonly label: string; readonly run: string | null }
  | { readonly verb: "answer"; readonly gate: string; readonly text: string; readonly run: string | null }
  | { readonly verb: "steer"; readonly node: string; readonly text: string; readonly run: string | null }
  | { readonly verb: "fork"; readonly at: string; readonly run: string | null }
  | { readonly verb: "help" };

export type Parsed =
  | { readonly kind: "none" }
  | { readonly kind: "command"; readonly command: Command }
  | { readonly kind: "problem"; readonly message: string };

const VERBS = [
  "run",
  "status",
  "cancel",
  "resume",
  "diagnose",
  "choose",
  "answer",
  "steer",
  "fork",
  "help",
] as const;
const MOST_CHARS = 4_000;
const RUN = /^--run(?:=|\s+)([A-Za-z0-9][A-Za-z0-9._-]{0,79})$/;

export function parseCommand(body: string): Parsed {
  const [line = ""] = body.split(/\r?\n/, 1);
  const found = /^\/attractor(?:\s+(.*))?$/.exec(line.trimEnd());
  if (!found || line.length > MOST_CHARS) return { kind: "none" };
  const words = split(found[1] ?? "");
  if (words === null) return problem("a quote is opened and never closed");
  const [verb = "help", ...rest] = words;
  const known = VERBS.find((each) => each === verb);
  if (!known) {
    const near = nearestWord(verb, VERBS);
    return problem(
      `there is no command \`${clean(verb)}\`${near ? `; did you mean \`/attractor ${near}\`?` : "; `/attractor help` lists them"}`,
    );
  }
  const { words: args, run, bad } = takeRun(rest);
  if (bad) return problem("`--run` takes the id of a run");
  return build(known, args, run);
}

function build(verb: (typeof VERBS)[number], args: readonly string[], run: string | null): Parsed {
  const [first, ...rest] = args;
  switch (verb) {
    case "help":
      return command({ verb });
    case "run": {
      if (!first) return problem("name a graph: `/attractor run graphs/build.dot`");
      if (/^[/~]|(?:^|\/)\.\.(?:\/|$)/.test(first))
        return problem("the graph is a path inside the repository");
      const inputs = new Map<string, string>();
      for (const pair of rest) {
        const at = pair.indexOf("=");
        if (at < 1) return problem(`inputs are written \`key=value\`, not \`${clean(pair)}\``);
        inputs.set(pair.slice(0, at), pair.slice(at + 1));
      }
      return command({ verb, graph: first, inputs: Object.fromEntries(inputs) });
    }
    case "choose":
    case "answer": {
      const text = rest.join(" ");
      if (!first || text === "")
        return problem(`write \`/attractor ${verb} GATE ${verb === "choose" ? "LABEL" : "text"}\``);
      return command(
        verb === "choose" ? { verb, gate: first, label: text, run } : { verb, gate: first, text, run },
      );
    }
    case "steer": {
      const text = rest.join(" ");
      return !first || text === ""
        ? problem('write `/attractor steer NODE "text"`')
        : command({ verb, node: first, text, run });
    }
    case "fork":
      if (!first || !/^.+@\d+$/.test(first) || rest.length > 0)
        return problem("write `/attractor fork NODE@VISIT`");
      return command({ verb, at: first, run });
    case "resume": {
      const named = first !== undefined && !first.includes("=");
      const budget = readBounds(named ? rest : args);
      if (typeof budget === "string")
        return problem("a bound is written `usd=20`; there are usd, tokens, minutes, attempts and jobs");
      return command({
        verb,
        run: run ?? (named ? first : null),
        ...(Object.keys(budget).length > 0 && { budget }),
      });
    }
    default: {
      if (rest.length > 0) return problem(`\`/attractor ${verb}\` takes a run id at most`);
      return command({ verb, run: run ?? first ?? null });
    }
  }
}

const command = (parsed: Command): Parsed => ({ kind: "command", command: parsed });
const problem = (message: string): Parsed => ({ kind: "problem", message });
const clean = (text: string): string => text.replace(/[`\n\r@]/g, "").slice(0, 40);

function takeRun(words: readonly string[]): { words: string[]; run: string | null; bad: boolean } {
  const at = words.findIndex((word) => word === "--run" || word.startsWith("--run="));
  if (at === -1) return { words: [...words], run: null, bad: false };
  const two = words[at] === "--run";
  const found = RUN.exec(two ? `--run ${words[at + 1] ?? ""}` : (words[at] as string));
  return { words: words.toSpliced(at, two ? 2 : 1), run: found?.[1] ?? null, bad: found === null };
}

/** Words, with double quotes around those that hold spaces; null when one is not closed. */
function split(text: string): string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  let quoted = false;
  for (const char of text) {
    if (char === '"') {
      quoted = !quoted;
      word ??= "";
    } else if (!quoted && /\s/.test(char)) {
      if (word !== null) words.push(word);
      word = null;
    } else {
      word = (word ?? "") + char;
    }
  }
  if (word !== null) words.push(word);
  return quoted ? null : words;
}
