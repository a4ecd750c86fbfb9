/** Mistakes inside `[ … ]`: the grammar takes a key without a value, and a list that never ends swallows what follows. */
import { keywordOf } from "./keywords.ts";
import { MAX_ATTRIBUTES } from "./limits.ts";
import type { Check } from "./statements.ts";
import { type SyntaxRule, syntaxError } from "./syntax-error.ts";
import { isId, Kind, positionAt, positionOf, rawText, sameLineAsNext, type Tokens } from "./tokens.ts";

/** Judges the list that opens at `bracket`, and those that follow it at once; says where to go on. */
export function checkAttributes(check: Check, bracket: number): number {
  const { kind } = check.tokens;
  let token = bracket + 1;
  for (let count = 0; ; count++) {
    while (kind[token] === Kind.comma || kind[token] === Kind.semicolon) token++;
    if (count > MAX_ATTRIBUTES) return refuseLength(check, token);
    if (kind[token] === Kind.closeBracket) {
      if (kind[token + 1] !== Kind.openBracket) return token + 1;
      token += 2;
    } else if (isId(check.tokens, token) && kind[token + 1] === Kind.equals) {
      token = checkValue(check, token);
    } else if (kind[token] === Kind.equals || kind[token] === Kind.colon) {
      report(
        check,
        "dot_syntax",
        token,
        `no name stands before \`${rawText(check.tokens, token)}\``,
        "Write `name=value`.",
      );
      token += isId(check.tokens, token + 1) ? 2 : 1;
    } else if (!isId(check.tokens, token) || beginsStatement(check.tokens, token)) {
      return reportUnclosed(check, bracket, token);
    } else {
      token = reportLoneName(check, token);
    }
  }
}

function checkValue(check: Check, name: number): number {
  const { tokens } = check;
  const value = name + 2;
  if (!isId(tokens, value)) {
    const text = rawText(tokens, name).slice(0, 40);
    report(
      check,
      "dot_missing_value",
      name,
      `\`${text}\` has no value`,
      `Write \`${text}=true\` or \`${text}="…"\`, or remove it.`,
    );
    return value;
  }
  return value + 1;
}

/** A name that begins no attribute: the list's `]` is missing before it. */
function beginsStatement(tokens: Tokens, name: number): boolean {
  const next = tokens.kind[name + 1];
  if (next === Kind.openBracket || next === Kind.arrow || next === Kind.openBrace) return true;
  return keywordOf(tokens, name) === "subgraph" && isId(tokens, name + 1);
}

/** Passes over what hangs together on the line, so that one slip is one message. */
function reportLoneName(check: Check, name: number): number {
  const { tokens } = check;
  const text = rawText(tokens, name).slice(0, 40);
  let last = name;
  while (isId(tokens, last + 1) && tokens.kind[last + 2] !== Kind.equals && sameLineAsNext(tokens, last))
    last++;
  if (
    tokens.kind[name - 2] === Kind.equals &&
    tokens.kind[name - 1] === Kind.word &&
    sameLineAsNext(tokens, name - 1)
  ) {
    const fix = 'Put the whole value in quotes: key="two words".';
    report(check, "dot_missing_value", name, `\`${text}\` follows a value that is not quoted`, fix);
  } else if (last > name || tokens.kind[name + 1] === Kind.colon) {
    report(
      check,
      "dot_missing_equals",
      name,
      `no \`=\` follows \`${text}\``,
      `Write \`${text}=value\`, with text in "quotes".`,
    );
    if (tokens.kind[last + 1] === Kind.colon) last += isId(tokens, last + 2) ? 2 : 1;
  } else {
    const fix = `Write \`${text}=true\` or \`${text}="…"\`, or remove it.`;
    report(check, "dot_missing_value", name, `\`${text}\` has no value`, fix);
  }
  return last + 1;
}

function reportUnclosed(check: Check, bracket: number, token: number): number {
  const { tokens } = check;
  const message = `the attribute list that opens at line ${tokens.line[bracket]! + 1} is not closed here`;
  const at = positionAt(tokens.lineStarts, tokens.end[token - 1]!);
  check.diagnostics.push(syntaxError("dot_brackets", at, message, "Close it with `]`."));
  check.unbalanced = true;
  return token;
}

function refuseLength(check: Check, token: number): number {
  const { kind } = check.tokens;
  report(
    check,
    "dot_limit",
    Math.min(token, kind.length - 1),
    `more than ${MAX_ATTRIBUTES} attributes`,
    "Shorten the list.",
  );
  check.unbalanced = true;
  while (token < kind.length && kind[token] !== Kind.closeBracket) token++;
  return token + 1;
}

function report(check: Check, rule: SyntaxRule, token: number, message: string, fix: string): void {
  check.diagnostics.push(syntaxError(rule, positionOf(check.tokens, token), message, fix));
}
