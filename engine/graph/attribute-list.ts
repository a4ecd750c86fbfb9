/** Mistakes inside `[ … ]`: the grammar takes a key without a value, and a list that never ends swallows what follows. */
import { keywordOf } from "./keywords.ts";
import { MAX_ATTRIBUTES } from "./limits.ts";
import { type Check, reportMistake } from "./mistakes.ts";
import { excerpt, type Mistake, syntaxError } from "./syntax-error.ts";
import { isId, positionAt, rawText, sameLineAsNext, TokenKind, type Tokens } from "./tokens.ts";

/** Judges the list that opens at `bracket`, and those that follow it at once; says where to go on. */
export function checkAttributes(check: Check, bracket: number): number {
  const { tokens } = check;
  const { kind } = tokens;
  let token = bracket + 1;
  for (let count = 0; ; count++) {
    while (kind[token] === TokenKind.comma || kind[token] === TokenKind.semicolon) token++;
    if (count > MAX_ATTRIBUTES) return refuseLength(check, token);
    if (kind[token] === TokenKind.closeBracket) {
      if (kind[token + 1] !== TokenKind.openBracket) return token + 1;
      token += 2;
    } else if (isId(tokens, token) && kind[token + 1] === TokenKind.equals) {
      token = checkValue(check, token);
    } else if (kind[token] === TokenKind.equals || kind[token] === TokenKind.colon) {
      const message = `no name stands before \`${rawText(tokens, token)}\``;
      reportMistake(check, token, { rule: "dot_syntax", message, fix: "Write `name=value`." });
      token += isId(tokens, token + 1) ? 2 : 1;
    } else if (!isId(tokens, token) || beginsStatement(tokens, token)) {
      return reportUnclosed(check, bracket, token);
    } else {
      token = reportLoneName(check, token);
    }
  }
}

function checkValue(check: Check, name: number): number {
  const value = name + 2;
  if (isId(check.tokens, value)) return value + 1;
  reportMistake(check, name, missingValue(nameText(check.tokens, name)));
  return value;
}

/** A name that begins no attribute: the list's `]` is missing before it. */
function beginsStatement(tokens: Tokens, name: number): boolean {
  const next = tokens.kind[name + 1];
  if (next === TokenKind.openBracket || next === TokenKind.arrow || next === TokenKind.openBrace) return true;
  return keywordOf(tokens, name) === "subgraph" && isId(tokens, name + 1);
}

/** Passes over what hangs together on the line, so that one slip is one message. */
function reportLoneName(check: Check, name: number): number {
  const { tokens } = check;
  const { kind } = tokens;
  const text = nameText(tokens, name);
  let last = name;
  while (isId(tokens, last + 1) && kind[last + 2] !== TokenKind.equals && sameLineAsNext(tokens, last))
    last++;
  const colon = kind[last + 1] === TokenKind.colon;
  const afterValue =
    kind[name - 2] === TokenKind.equals &&
    kind[name - 1] === TokenKind.word &&
    sameLineAsNext(tokens, name - 1);
  if (afterValue) reportMistake(check, name, unquotedValue(text));
  else if (last > name || colon) reportMistake(check, name, missingEquals(text));
  else reportMistake(check, name, missingValue(text));
  if (!colon) return last + 1;
  return isId(tokens, last + 2) ? last + 3 : last + 2;
}

function nameText(tokens: Tokens, name: number): string {
  return excerpt(rawText(tokens, name));
}

function missingValue(name: string): Mistake {
  const fix = `Write \`${name}=true\` or \`${name}="…"\`, or remove it.`;
  return { rule: "dot_missing_value", message: `\`${name}\` has no value`, fix };
}

function missingEquals(name: string): Mistake {
  const fix = `Write \`${name}=value\`, with text in "quotes".`;
  return { rule: "dot_missing_equals", message: `no \`=\` follows \`${name}\``, fix };
}

function unquotedValue(word: string): Mistake {
  const message = `\`${word}\` follows a value that is not quoted`;
  return { rule: "dot_missing_value", message, fix: 'Put the whole value in quotes: key="two words".' };
}

function reportUnclosed(check: Check, bracket: number, token: number): number {
  const { tokens } = check;
  const message = `the attribute list that opens at line ${tokens.line[bracket]! + 1} is not closed here`;
  const at = positionAt(tokens.lineStarts, tokens.end[token - 1]!);
  check.diagnostics.push(syntaxError(at, { rule: "dot_brackets", message, fix: "Close it with `]`." }));
  check.unbalanced = true;
  return token;
}

function refuseLength(check: Check, token: number): number {
  const { kind } = check.tokens;
  const message = `more than ${MAX_ATTRIBUTES} attributes`;
  const fix = "Shorten the list.";
  reportMistake(check, Math.min(token, kind.length - 1), { rule: "dot_limit", message, fix });
  check.unbalanced = true;
  let after = token;
  while (after < kind.length && kind[after] !== TokenKind.closeBracket) after++;
  return after + 1;
}
