/** One expression's value, by GitHub's own lexer, parser and evaluator. */
import { data, Evaluator, Lexer, Parser } from "@actions/expressions";
import type { FunctionDefinition } from "@actions/expressions/funcs/info";
import { type Token, TokenType } from "@actions/expressions/lexer";
import { type Plain, toData, toPlain } from "./data.ts";

export interface ExpressionFunction {
  readonly min: number;
  readonly max: number;
  readonly call: (...args: readonly Plain[]) => Plain;
}

/** What an expression may see. A context or function that is absent is an error where it is named, as on GitHub. */
export interface Scope {
  readonly contexts: ReadonlyMap<string, Plain>;
  readonly functions: ReadonlyMap<string, ExpressionFunction>;
}

const NO_FUNCTIONS: ReadonlyMap<string, ExpressionFunction> = new Map();

export const scopeOf = (
  contexts: Readonly<Record<string, Plain>>,
  functions: ReadonlyMap<string, ExpressionFunction> = NO_FUNCTIONS,
): Scope => ({ contexts: new Map(Object.entries(contexts)), functions });

export function evaluateData(expression: string, scope: Scope): data.ExpressionData {
  const functions = new Map<string, FunctionDefinition>();
  for (const [name, { min, max, call }] of scope.functions) {
    functions.set(name.toLowerCase(), {
      name,
      minArgs: min,
      maxArgs: max,
      call: (...args) => toData(call(...args.map(toPlain))),
    });
  }
  const tree = new Parser(tokensOf(expression), [...scope.contexts.keys()], [...functions.values()]).parse();
  if (tree === undefined) return new data.StringData("");
  const contexts = new data.Dictionary(
    ...[...scope.contexts].map(([key, value]) => ({ key, value: toData(value) })),
  );
  return new Evaluator(tree, contexts, functions).evaluate();
}

/** The published lexer undoubles only the first doubled quote of a text. */
const tokensOf = (expression: string): Token[] =>
  new Lexer(expression)
    .lex()
    .tokens.map((token) =>
      token.type === TokenType.STRING
        ? { ...token, value: token.lexeme.slice(1, -1).replaceAll("''", "'") }
        : token,
    );

export const evaluate = (expression: string, scope: Scope): Plain => toPlain(evaluateData(expression, scope));

/** The truth of an `if:`: everything but false, 0, "" and null holds. */
export const holds = (expression: string, scope: Scope): boolean => {
  const value = evaluate(expression, scope);
  return !(value === false || value === 0 || value === "" || value === null || Number.isNaN(value));
};
