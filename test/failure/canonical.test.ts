import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assign, emptyRegistry } from "../../engine/failure/signature.ts";

/** Whether the second reason counts as the first, by its form alone. */
function sameForm(a: string, b: string): boolean {
  const first = assign(emptyRegistry(), { node: "n", class: "deterministic", reason: a });
  const second = assign(first.registry, { node: "n", class: "deterministic", reason: b });
  return second.signature === first.signature && second.how === "canonical";
}

const sameAs = (a: string): string => {
  const known = assign(emptyRegistry(), { node: "n", class: "deterministic", reason: a });
  return known.signature;
};

describe("the canonical form", () => {
  it.each([
    ["numbers", "line 12: 3 of 40 checks failed", "line 907: 4 of 41 checks failed"],
    ["positions", "src/a.ts(12,5): ';' expected", "src/a.ts(1408,1): ';' expected"],
    ["durations", "gave up after 12ms, then 4.2s", "gave up after 8013ms, then 1m 3s"],
    ["spelled durations", "no answer after 5 minutes", "no answer after 90 seconds"],
    ["timestamps", "2026-02-10T09:22:03.948370657Z no config", "2027-11-20T19:00:00+01:00 no config"],
    ["clock times", "[09:22:03] no config found", "[23:59:59] no config found"],
    ["dates", "no config (10 Feb 2026)", "no config (3 Mar 2027)"],
    ["hexadecimal", "write at 0x00c0001a4010 refused", "write at 0x7ffe4c refused"],
    ["commits", "commit 1a2b3c4d5e6f7 lacks main.rs", "commit 9f8e7d6 lacks main.rs"],
    [
      "uuids",
      "job 550e8400-e29b-41d4-a716-446655440000 lost",
      "job 123e4567-e89b-12d3-a456-426614174000 lost",
    ],
    ["run ids", "run 01KH3DN4STSZ3MVKB58YY6RE57 has no graph", "run 01KJ9WQ4STSZ3MVKB58YY6AB12 has no graph"],
    ["generated names", "pod api-7d9f8b6c5d-x2x9k crashed", "pod api-6c4dd9b7f9-qq81z crashed"],
    ["hashes in file names", "main.4f1a9c.js is too large", "main.77bc01.js is too large"],
    ["counted machines", "worker-1 found no main.rs", "worker-2 found no main.rs"],
    ["steps and counts", "step 2 of 7: no main.rs", "step 3 of 9: no main.rs"],
    ["ids that services give", "request req_8f2ab1 was refused", "request req_011CQ was refused"],
    ["ports that systems hand out", "no main.rs at 127.0.0.1:43211", "no main.rs at 127.0.0.1:39922"],
    ["versions", "needs zod 4.1.0", "needs zod 4.3.2"],
    ["places of the checkout", "/tmp/run-8f3/src/a.ts is empty", "/home/ann/p/src/a.ts is empty"],
    ["path separators", "C:\\Users\\bo\\src\\a.ts is empty", "/Users/ann/src/a.ts is empty"],
    ["quotes", 'cannot find "main.rs"', "cannot find ‘main.rs’"],
    ["back quotes", "cannot find `main.rs'", "cannot find 'main.rs'"],
    ["whitespace", "cannot   find\tmain.rs", " cannot find main.rs \n"],
    ["case", "Cannot find main.rs", "cannot find main.rs"],
    ["colours", "\u001b[31mcannot\u001b[0m find main.rs", "cannot find main.rs"],
    ["frames", "✖ cannot find main.rs ────", "● cannot find main.rs"],
    ["JSON formatting", '{"code":"E1","file":"a.ts"}', '{\n  "code": "E1",\n  "file": "a.ts"\n}'],
    ["JSON key order", '{"code":"E1","file":"a.ts"}', '{"file":"a.ts","code":"E1"}'],
    [
      "JSON inside a text",
      'checks said {"b":1,"a":"no main"} twice',
      'checks said {"a":"no main","b":2} twice',
    ],
    ["JSON lists", '{"missing":["b.md","a.md"]}', '{"missing":["a.md","b.md"]}'],
    ["lists", "missing: docs/a.md, src/b.ts", "missing: src/b.ts, docs/a.md"],
    ["lists in a sentence", "tests alpha, beta and gamma failed", "tests gamma, alpha and beta failed"],
    ["lists of phrases", "unmet: empty input, long input", "unmet: long input, empty input"],
    ["lines", "a.ts is empty\nb.ts is gone", "b.ts is gone\na.ts is empty"],
  ])("R-BRK-1: %s do not change it", (_, a, b) => {
    expect(sameForm(a, b)).toBe(true);
  });

  it.each([
    ["another name in the same sentence", "cannot find name 'UserStore'", "cannot find name 'SessionStore'"],
    ["another code", "src/a.ts: error TS2304", "src/a.ts: error TS2322"],
    ["another status", "GET /users returned status 404", "GET /users returned status 500"],
    ["another service's port", "connection refused on port 5432", "connection refused on port 6379"],
    ["the other way round", "expected 'a' but got 'b'", "expected 'b' but got 'a'"],
    ["a number in a name", "test_parse_1 failed", "test_parse_2 failed"],
    ["a number that ends a Go test's name", "--- FAIL: TestFoo2 (0.00s)", "--- FAIL: TestFoo3 (0.00s)"],
    ["a numbered subtest", "--- FAIL: TestParse/#00 (0.00s)", "--- FAIL: TestParse/#01 (0.00s)"],
    ["another parameter of a test", "test_x.py::test_add[1-2] failed", "test_x.py::test_add[3-4] failed"],
    ["a number in a test's title", "math > adds 2 and 3", "math > adds 2 and 4"],
    ["a number in a quoted title", "the test 'adds 2 and 3' failed", "the test 'adds 2 and 4' failed"],
    ["a short file name with a number", "v2.go:12: undefined: x", "v3.go:12: undefined: x"],
    ["a numbered file", "docs/01-intro.md is missing", "docs/02-intro.md is missing"],
    ["a file named by its number", "docs/1.md is missing", "docs/2.md is missing"],
    ["another version's folder", "src/v1/api.ts: no export", "src/v2/api.ts: no export"],
    ["another version's route", "status 500 from /api/v1/users", "status 500 from /api/v2/users"],
    ["another advisory", "CVE-2024-1234 found in lodash", "CVE-2024-1235 found in lodash"],
    ["another advisory of a crate", "RUSTSEC-2024-0001 in time", "RUSTSEC-2024-0002 in time"],
    ["a number in a symbol", "cannot find name 'Vec2'", "cannot find name 'Vec3'"],
    ["a numbered branch", "branch feature-1 does not merge", "branch feature-2 does not merge"],
    ["a numbered table", "table orders_2023 is gone", "table orders_2024 is gone"],
    ["another port", "address already in use :::3000", "address already in use :::4000"],
    ["another address's port", "cannot bind 127.0.0.1:8080", "cannot bind 127.0.0.1:9090"],
    ["another criterion", "acceptance criterion 3 is unmet", "acceptance criterion 4 is unmet"],
    ["another requirement", "R-BRK-1 has no test", "R-BRK-2 has no test"],
    ["another argument", "argument 2 has the wrong type", "argument 3 has the wrong type"],
    ["another letter case in a name", "undefined: newRouter", "undefined: NewRouter"],
    ["another letter case in quotes", "cannot find name 'foo'", "cannot find name 'Foo'"],
    ["no capital in a name", "function getUser is not defined", "function getuser is not defined"],
    ["a last letter of a name", "service-a crashed on start", "service-b crashed on start"],
    ["type arguments", "expected `Map<A, B>`", "expected `Map<B, A>`"],
  ])("R-BRK-2: %s is another failure", (_, a, b) => {
    expect(sameAs(a)).not.toBe(
      assign(assign(emptyRegistry(), { node: "n", class: "deterministic", reason: a }).registry, {
        node: "n",
        class: "deterministic",
        reason: b,
      }).signature,
    );
  });

  it("R-BRK-1: any numbers, ids and places in any of these sentences", () => {
    const noise = fc.record({
      n: fc.nat(999_999),
      ms: fc.nat(99_999),
      id: fc.uuid(),
      sha: fc.stringMatching(/^[0-9a-f]{6}[0-9][0-9a-f]{33}$/),
      place: fc.constantFrom("/tmp/x1", "/home/ann/p", "/builds/77", "/Users/bo/w", "/var/folders/q2/a"),
    });
    const sentence = ({
      n,
      ms,
      id,
      sha,
      place,
    }: {
      n: number;
      ms: number;
      id: string;
      sha: string;
      place: string;
    }) =>
      `${place}/src/parse.ts:${n}:${n + 1} job ${id} at ${sha} stopped after ${ms}ms: no rule for \`else\``;
    fc.assert(fc.property(noise, noise, (a, b) => sameForm(sentence(a), sentence(b))));
  });
});
