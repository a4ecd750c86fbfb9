import { describe, expect, it } from "vitest";
import { classify } from "../../engine/failure/classify.ts";
import type { KnownFailure } from "../../engine/failure/known.ts";
import { assign, emptyRegistry } from "../../engine/failure/signature.ts";

const classOf = (reason: string, rest: Omit<Parameters<typeof classify>[0], "status" | "reason"> = {}) =>
  classify({ status: "fail", reason, ...rest });

describe("classes", () => {
  it("R-FAIL-3: evidence outranks hints, hints outrank text", () => {
    expect(
      classOf("connection refused", { hint: "structural", evidence: { timed_out: true } }),
    ).toMatchObject({ class: "transient_infra", by: "evidence" });
    expect(classOf("connection refused", { hint: "structural" })).toMatchObject({
      class: "structural",
      by: "hint",
    });
    expect(classOf("connection refused")).toMatchObject({ class: "transient_infra", by: "text" });
    expect(classOf("assertion failed")).toMatchObject({ class: "deterministic" });
    expect(classOf("all is well", { evidence: { canceled: true } })).toMatchObject({ class: "canceled" });
    expect(classOf("x", { evidence: { error_code: "turn_limit" } })).toMatchObject({
      class: "budget_exhausted",
    });
    expect(classOf("x", { hint: "cancelled", evidence: { canceled: true } }).class).toBe("canceled");
  });

  it("R-FAIL-3: a shell's exit code 137 is a kill from outside, unless the run sent it", () => {
    expect(classOf("Killed", { evidence: { exit_code: 137 } })).toMatchObject({
      class: "transient_infra",
      by: "evidence",
    });
    expect(classOf("Killed", { evidence: { exit_code: 137, canceled: true } }).class).toBe("canceled");
    expect(classOf("x", { evidence: { exit_code: 139 } }).class).toBe("deterministic");
    expect(classOf("x", { evidence: { exit_code: 13 } }).class).toBe("deterministic");
  });

  it("R-FAIL-5: numbers inside other numbers or words never classify", () => {
    for (const text of [
      "line 1502: unexpected token",
      "src/error502.ts is missing a semicolon",
      "expected 5030 got 5023",
      "v5.0.2 of the package does not export run",
      "assertion failed at 503:14",
      "the test cancels_order failed",
      "1502 passed, 1 failed",
    ]) {
      expect(classOf(text).class, text).toBe("deterministic");
    }
    expect(classOf("the server answered HTTP 502 Bad Gateway").class).toBe("transient_infra");
  });
});

describe("signatures", () => {
  const both = (a: string, b: string, rest: Partial<KnownFailure> = {}) => {
    const first = assign(emptyRegistry(), { node: "n", class: "deterministic", reason: a, ...rest });
    return [
      first.signature,
      assign(first.registry, { node: "n", class: "deterministic", reason: b, ...rest }).signature,
    ] as const;
  };

  it("R-BRK-1: what differs from run to run does not change a signature", () => {
    const pairs = [
      ["failed after 12ms at 2026-02-10T09:22:03Z", "failed after 8013ms at 2027-11-20T19:00:00.120Z"],
      ["cannot open /tmp/build-8f3a/out.log", "cannot open /tmp/build-11c0/out.log"],
      ['commit 1a2b3c4d5e6f7 has no "main.rs"', "commit 9f8e7d6c5b4a3 has no 'main.rs'"],
      ['{"code": "E1", "file": "a.ts"}', '{ "file":"a.ts",\n "code":"E1" }'],
      ["missing:  docs/a.md,  src/b.ts", "missing: src/b.ts, docs/a.md"],
      [
        "request 550e8400-e29b-41d4-a716-446655440000 refused by validator",
        "request 123e4567-e89b-12d3-a456-426614174000 refused by validator",
      ],
    ] as const;
    for (const [a, b] of pairs) {
      const [x, y] = both(a, b);
      expect(y, a).toBe(x);
    }
  });

  it("R-BRK-2: a stage's own name for its failure is taken, in any wording; other names stay apart", () => {
    const [x, y] = both("the linker gave up", "ld returned an error once more", {
      given: "link-missing-zlib",
    });
    expect(y).toBe(x);
    const first = assign(emptyRegistry(), {
      node: "n",
      class: "deterministic",
      reason: "broken",
      given: "a-cause",
    });
    expect(
      assign(first.registry, { node: "n", class: "deterministic", reason: "broken", given: "b-cause" })
        .signature,
    ).not.toBe(first.signature);
  });

  it("R-BRK-2: another test, file or code is another cause; another node or class too", () => {
    for (const [a, b] of [
      ["FAIL test_login in tests/auth.py", "FAIL test_logout in tests/auth.py"],
      ["src/a.ts: error TS2304: cannot find name x", "src/a.ts: error TS2322: type mismatch"],
      ["command not found: wasm-pack", "command not found: cargo"],
    ] as const) {
      const [x, y] = both(a, b);
      expect(y, a).not.toBe(x);
    }
    const one = assign(emptyRegistry(), { node: "n", class: "deterministic", reason: "same words" });
    expect(
      assign(one.registry, { node: "m", class: "deterministic", reason: "same words" }).signature,
    ).not.toBe(one.signature);
  });
});
