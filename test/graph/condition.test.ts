import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { conditionKeys, evaluate, parseCondition } from "../../engine/graph/condition.ts";

function holds(text: string, values: Record<string, string>): boolean {
  const parsed = parseCondition(text);
  if (!parsed.ok) throw new Error(parsed.error);
  const context = new Map(Object.entries(values));
  return evaluate(parsed.condition, (key) => context.get(key));
}

function failure(text: string): { error: string; offset: number; fix: string } {
  const parsed = parseCondition(text);
  if (parsed.ok) throw new Error(`accepted: ${JSON.stringify(parsed.condition)}`);
  return parsed;
}

describe("conditions that are true or false", () => {
  it.each([
    ["", {}, true],
    ["   ", {}, true],
    ["outcome=success", { outcome: "success" }, true],
    ["outcome=success", { outcome: "fail" }, false],
    ["outcome=success", { outcome: "partial_success" }, false],
    ["outcome != success", { outcome: "fail" }, true],
    ["preferred_label=Fix", { preferred_label: "Fix" }, true],
    ["preferred_label=fix", { preferred_label: "Fix" }, false],
    ["preferred_label=Fix it now", { preferred_label: "Fix it now" }, true],
    ["context.tests_passed=true && outcome=success", { outcome: "success", tests_passed: "true" }, true],
    ["context.tests_passed=true && outcome=success", { outcome: "success", tests_passed: "false" }, false],
    ["context.loop_state!=exhausted", {}, true],
    ['context.note=""', {}, true],
    ['context.note!=""', { note: "x" }, true],
    ['context.note="a && b"&&outcome=ok', { note: "a && b", outcome: "success" }, true],
    ['context.note="say \\"hi\\" \\\\"', { note: 'say "hi" \\' }, true],
    ["human.gate.selected=Y", { "human.gate.selected": "Y" }, true],
    ["context.version=1.10", { version: "1.1" }, false],
    ["context.count=-1", { count: "-1" }, true],
  ])("R-LANG-2: %s with %j is %s", (text, values, expected) => {
    expect(holds(text, values)).toBe(expected);
  });

  it.each(["", "false", "0", "no", "No", " FALSE "])("a bare key is false for %j", (value) => {
    expect(holds("context.ready", { ready: value })).toBe(false);
  });

  it.each(["true", "1", "yes", "anything"])("a bare key is true for %j", (value) => {
    expect(holds("context.ready", { ready: value })).toBe(true);
  });

  it("a bare key without a value is false", () => {
    expect(holds("context.ready", {})).toBe(false);
  });

  it("prefers the key as written over the one without its context prefix", () => {
    expect(holds("context.x=a", { "context.x": "a", x: "b" })).toBe(true);
    expect(holds("context.x=a", { "context.x": "", x: "a" })).toBe(false);
  });

  it("treats the names of object properties as ordinary keys", () => {
    expect(holds("__proto__", {})).toBe(false);
    expect(holds("context.constructor=x", {})).toBe(false);
  });
});

describe("the operators of R-LANG-9", () => {
  const page = readFileSync(new URL("../../docs/reference/conditions.md", import.meta.url), "utf8");
  const rows = [...page.matchAll(/^\| `(.+)` \| (?:`(.+)`|nothing) \| (true|false) \|/gm)];

  it("R-LANG-9: the page has examples", () => {
    expect(rows.length).toBeGreaterThan(40);
  });

  it.each(rows.map(([, text, values, expected]) => [text!, values ?? "{}", expected!] as const))(
    "R-LANG-9: %s with %s is %s, as the page says",
    (text, values, expected) => {
      expect(String(holds(text.replaceAll("\\|", "|"), JSON.parse(values.replaceAll("\\|", "|"))))).toBe(
        expected,
      );
    },
  );

  it("R-LANG-9: a hostile pattern takes time in proportion to the text", () => {
    const work = (length: number): number => {
      const parsed = parseCondition('context.x matches "^(a|a|a?)*(a*)*b$"');
      if (!parsed.ok) throw new Error(parsed.error);
      const text = "a".repeat(length);
      const begin = process.cpuUsage().user;
      expect(evaluate(parsed.condition, () => text)).toBe(false);
      return process.cpuUsage().user - begin;
    };
    work(10_000);
    const short = Math.max(work(10_000), 1000);
    expect(work(80_000) / short).toBeLessThan(32);
  });

  it("R-LANG-9: repetitions of nothing end", () => {
    expect(holds(`context.x matches "${"(".repeat(25)}${"){200}".repeat(25)}z"`, { x: "z" })).toBe(true);
  });

  it("R-LANG-9: a pattern means what the language's own engine means by it", () => {
    const piece = fc.constantFrom(
      "a",
      "b",
      ".",
      "[ab]",
      "[^a]",
      "\\d",
      "(a|b)",
      "(ab)*",
      "^",
      "$",
      "a?",
      "b+",
      "(?:a|)",
    );
    const written = fc.array(piece, { maxLength: 6 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(written, fc.stringMatching(/^[ab1\n]{0,8}$/), (pattern, text) => {
        const escaped = pattern.replaceAll("\\", "\\\\");
        return holds(`context.x matches "${escaped}"`, { x: text }) === new RegExp(pattern).test(text);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("the literal of outcome", () => {
  it.each([
    ["ok", "success"],
    ["SUCCESS", "success"],
    ["error", "fail"],
    ["failure", "fail"],
    ["skip", "skipped"],
    ["degraded_success", "partial_success"],
    ["Needs_Rework", "needs_rework"],
  ])("is read through the aliases: %s is %s", (written, canonical) => {
    expect(holds(`outcome=${written}`, { outcome: canonical })).toBe(true);
    expect(holds(`outcome=${canonical}`, { outcome: written })).toBe(true);
  });

  it("stays as it is for every other key", () => {
    expect(holds("context.status=ok", { status: "success" })).toBe(false);
  });
});

describe("conditions that are errors", () => {
  it.each([
    ["outcome==success", 7, "unknown operator `==`", "single `=`"],
    ["context.n => 3", 10, "unknown operator `=>`", "write one of"],
    ["context.n > three", 12, "compares numbers", "write a number"],
    ["context.n =~ x", 10, "unknown operator `=~`", "matches"],
    ["outcome=success | outcome=fail", 16, "`|`", "`||`"],
    ["outcome=success or outcome=fail", 26, "`=`", "`||`"],
    ["outcome=success or fail", 16, "found `or`", "`||`"],
    ["not context.ready", 0, "unknown operator `not`", "!key"],
    ["context.a or context.b", 10, "unknown operator `or`", "||"],
    ["(outcome=success", 0, "not closed", "close it"],
    ["outcome=success)", 15, "`)`", "quotes"],
    ["()", 1, "clause is missing", "operator beside it"],
    ["outcome=(success)", 8, "`(`", "quotes"],
    ["outcome=success &&", 18, "clause is missing", "operator beside it"],
    ["outcome=success ||", 18, "clause is missing", "operator beside it"],
    ["&& outcome=success", 0, "clause is missing", "operator beside it"],
    ["outcome=success && && context.x", 19, "clause is missing", "operator beside it"],
    ["outcome=success & context.x", 16, "`&`", "`&&`"],
    ["outcome=", 8, "compared with nothing", 'outcome=""'],
    ["context.x='a'", 10, "`'`", "quotes"],
    ['context.x="a', 10, "does not end", "close it"],
    ['context.x="a" b', 14, "expected &&, || or the end", "`&&`"],
    ["context.x in a", 13, "expected a list", "in (one, two)"],
    ["context.x in (a", 15, "expected , or )", "end the list"],
    ["context.x in ()", 14, "expected a literal", "quotes"],
    ['context.x matches "a("', 20, "not closed", "close it"],
    ['context.x matches "(?=a)"', 19, "look-around", "(…)"],
    ['context.x matches "(a)\\\\1"', 22, "not known here", "\\d"],
    ['context.x matches "a{9999}"', 20, "do not fit", "at most"],
    [`${"(".repeat(60)}context.x${")".repeat(60)}`, 50, "levels", "flatter"],
    ["=success", 0, "expected a key", "outcome"],
    ["context.=x", 7, "expected = or !=", "context=value"],
    ["3=x", 0, "expected a key", "outcome"],
  ])("R-LANG-2: %s fails at %i", (text, offset, error, fix) => {
    const found = failure(text);
    expect(found.offset).toBe(offset);
    expect(found.error).toContain(error);
    expect(found.fix).toContain(fix);
  });

  it("never throws and always points into the text", () => {
    const fragment = fc.constantFrom(
      "outcome",
      "context.a",
      "=",
      "!=",
      "&&",
      " ",
      '"',
      "\\",
      "||",
      "<",
      " in ",
      " contains ",
      " matches ",
      "x",
      "!",
      "'",
      "(",
      ")",
      ".",
      "-",
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(fragment, { maxLength: 12 }).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(text, (source) => {
        const parsed = parseCondition(source);
        if (parsed.ok) return typeof evaluate(parsed.condition, () => undefined) === "boolean";
        return (
          parsed.offset >= 0 && parsed.offset <= source.length && parsed.error !== "" && parsed.fix !== ""
        );
      }),
      { numRuns: 3000 },
    );
  });
});

it("names the keys that a condition reads, once each, and is plain data", () => {
  const parsed = parseCondition("outcome=fail && context.failure_class!=transient_infra && outcome!=retry");
  if (!parsed.ok) throw new Error(parsed.error);
  expect(conditionKeys(parsed.condition)).toEqual(["outcome", "context.failure_class"]);
  expect(JSON.parse(JSON.stringify(parsed.condition))).toEqual(parsed.condition);
});
