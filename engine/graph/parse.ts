/** Text -> Graph. */
import { readStatements } from "./grammar.ts";
import { readHeader } from "./header.ts";
import { type Lexed, lex } from "./lexer.ts";
import { closingQuoteLost } from "./lost-quote.ts";
import type { Diagnostic, Graph } from "./model.ts";
import { checkGraphName } from "./names.ts";
import { resolve } from "./resolve.ts";
import { checkStatements } from "./statements.ts";
import { tidy } from "./syntax-error.ts";
import { textOf } from "./tokens.ts";

/** There is a graph exactly when there is no diagnostic: the parser finds errors only, doubts are for lint. */
export interface Parsed {
  readonly graph: Graph | null;
  readonly diagnostics: readonly Diagnostic[];
}

export function parse(source: string): Parsed {
  const lexed = lex(source);
  const { graph, diagnostics } = readGraph(lexed);
  if (graph && diagnostics.length === 0 && lexed.diagnostics.length === 0) return { graph, diagnostics: [] };
  const { brokenAt } = lexed;
  const readable = brokenAt === null ? diagnostics : diagnostics.filter(({ at }) => at.offset < brokenAt);
  return { graph: null, diagnostics: blameSuspect(lexed, tidy(lexed.diagnostics, readable)) };
}

function readGraph({ tokens, diagnostics: lexical, brokenAt }: Lexed): Parsed {
  const { name, brace, diagnostics } = readHeader(tokens);
  if (brace === null) return { graph: null, diagnostics };
  const check = checkStatements(tokens, brace);
  const found = [
    ...diagnostics,
    ...(name === null ? [] : checkGraphName(tokens, name)),
    ...check.diagnostics,
  ];
  if (brokenAt !== null || check.unbalanced) return { graph: null, diagnostics: found };
  const { trees, diagnostics: refused } = readStatements(tokens, brace);
  found.push(...refused);
  if (!trees || lexical.length + found.length > 0) return { graph: null, diagnostics: found };
  return resolve(tokens, trees, name === null ? "" : textOf(tokens, name));
}

/** Reading that fails on the very line where a string of several lines ends: the string ended in the wrong place. */
function blameSuspect({ tokens, suspect }: Lexed, errors: readonly Diagnostic[]): readonly Diagnostic[] {
  if (!suspect) return errors;
  const first = errors.findIndex(({ at }) => at.offset >= suspect.end);
  const error = errors[first];
  if (!error || /[\r\n]/.test(tokens.source.slice(suspect.end, error.at.offset))) return errors;
  return [...errors.slice(0, first), closingQuoteLost(tokens, suspect.start)];
}
