/** Text -> Graph. */
import { readStatements } from "./grammar.ts";
import { type Header, readHeader } from "./header.ts";
import { type Lexed, lex } from "./lexer.ts";
import { MAX_CHARACTERS, MAX_EDGES } from "./limits.ts";
import { closingQuoteLost } from "./lost-quote.ts";
import type { Diagnostic, Graph } from "./model.ts";
import { checkGraphName } from "./names.ts";
import { resolve } from "./resolve.ts";
import { checkStatements } from "./statements.ts";
import { syntaxError, tidy } from "./syntax-error.ts";
import { positionOf, TokenKind, type Tokens, tokenText } from "./tokens.ts";

/** There is a graph exactly when there is no diagnostic: the parser finds errors only, doubts are for lint. */
export interface ParsedGraph {
  readonly graph: Graph | null;
  readonly diagnostics: readonly Diagnostic[];
}

export function parse(source: string): ParsedGraph {
  if (source.length > MAX_CHARACTERS) return { graph: null, diagnostics: [tooLarge(source.length)] };
  const lexed = lex(source);
  const header = readHeader(lexed.tokens);
  if (header.brace === null) return { graph: null, diagnostics: withoutGraph(lexed, header) };
  const { graph, diagnostics } = readGraph(lexed, header, header.brace);
  if (graph) return { graph, diagnostics: [] };
  return { graph: null, diagnostics: blameSuspect(lexed, tidy(lexed.diagnostics, diagnostics)) };
}

const tooLarge = (length: number): Diagnostic =>
  syntaxError(
    { line: 1, column: 1, offset: 0 },
    {
      rule: "dot_limit",
      message: `the graph has ${length} characters, at most ${MAX_CHARACTERS} are read`,
      fix: "Put long prompts into files and name them with prompt_file.",
    },
  );

/** Before the grammar builds a tree of them, which is what takes the memory. */
function tooManyEdges(tokens: Tokens): Diagnostic | null {
  let arrows = 0;
  for (let token = 0; token < tokens.kind.length; token++) {
    if (tokens.kind[token] !== TokenKind.arrow || ++arrows <= MAX_EDGES) continue;
    const fix = "Split the graph into several, or into sub-graphs.";
    return syntaxError(positionOf(tokens, token), {
      rule: "dot_limit",
      message: `more than ${MAX_EDGES} edges`,
      fix,
    });
  }
  return null;
}

/** Of a text that is no graph at all, only what hides the place where one should begin is of interest. */
function withoutGraph(lexed: Lexed, { diagnostics }: Header): Diagnostic[] {
  if (lexed.brokenAt !== null && lexed.tokens.kind.length === 0) return tidy(lexed.diagnostics, []);
  const begin = diagnostics.at(-1)!.at.offset;
  return tidy(
    lexed.diagnostics.filter(({ at }) => at.offset < begin),
    diagnostics,
  );
}

function readGraph(
  { tokens, diagnostics: lexical, brokenAt }: Lexed,
  header: Header,
  brace: number,
): ParsedGraph {
  const crowded = tooManyEdges(tokens);
  if (crowded) return { graph: null, diagnostics: [crowded] };
  const check = checkStatements(tokens, brace);
  const named = header.name === null ? [] : checkGraphName(tokens, header.name);
  const found = [...header.diagnostics, ...named, ...check.diagnostics];
  const last = tokens.end.at(-1)!;
  if (brokenAt !== null) return { graph: null, diagnostics: found.filter(({ at }) => at.offset < last) };
  if (check.unbalanced) return { graph: null, diagnostics: found };
  const { trees, diagnostics } = readStatements(tokens, brace);
  if (!trees || lexical.length + found.length > 0)
    return { graph: null, diagnostics: [...found, ...diagnostics] };
  return resolve(tokens, trees, header.name === null ? "" : tokenText(tokens, header.name));
}

/** Reading that fails on the very line where a string of several lines ends: the string ended in the wrong place. */
function blameSuspect({ tokens, suspect }: Lexed, errors: readonly Diagnostic[]): readonly Diagnostic[] {
  if (!suspect) return errors;
  const first = errors.findIndex(({ at }) => at.offset >= suspect.end);
  const error = errors[first];
  if (!error || /[\r\n]/.test(tokens.source.slice(suspect.end, error.at.offset))) return errors;
  return [...errors.slice(0, first), closingQuoteLost(tokens, suspect.start)];
}
