import { describe, expect, it } from "vitest";
import { annotationsIn } from "../../action/output/annotations.ts";

const at = (output: string) =>
  annotationsIn(output, "/tree").map(
    ({ level, file, line, column }) => `${level} ${file}:${line}:${column ?? "-"}`,
  );

describe("complaints found in what a tool printed", () => {
  it.each([
    ["tsc", "src/a.ts(3,7): error TS2304: Cannot find name 'x'.", "error src/a.ts:3:7"],
    ["gcc", "src/main.c:10:5: warning: unused variable 'x' [-Wunused]", "warning src/main.c:10:5"],
    ["gcc, fatal", "main.c:1:10: fatal error: no.h: No such file", "error main.c:1:10"],
    ["go build", "./cmd/run.go:12:2: undefined: x", "error cmd/run.go:12:2"],
    ["go test", "    run_test.go:9: got 1, want 2", "error run_test.go:9:-"],
    ["pytest", "tests/test_a.py:14: AssertionError: assert 1 == 2", "error tests/test_a.py:14:-"],
    ["ruff", "a.py:1:8: F401 `os` imported but unused", "error a.py:1:8"],
    ["mypy", "a.py:3: error: Incompatible types", "error a.py:3:-"],
    ["rustc", "error[E0425]: cannot find value `x`\n  --> src/main.rs:2:5", "error src/main.rs:2:5"],
    ["eslint", "/tree/src/a.js\n  3:1  warning  Unexpected console  no-console", "warning src/a.js:3:1"],
    ["colours", "\u001b[31msrc/a.ts(3,7): error TS1: x\u001b[0m", "error src/a.ts:3:7"],
  ])("R-GH-4: %s", (_tool, output, expected) => {
    expect(at(output)).toEqual([expected]);
  });

  it("names nothing outside the tree, nothing twice, and at most ten of a kind", () => {
    expect(at("/etc/passwd:1:1: error: x\n../up.c:1:1: error: x")).toEqual([]);
    expect(at("a.c:1:1: error: x\na.c:1:1: error: x")).toHaveLength(1);
    expect(at(Array.from({ length: 30 }, (_, n) => `a.c:${n + 1}:1: error: x`).join("\n"))).toHaveLength(10);
  });

  it("reads a megabyte of nonsense without falling over itself", () => {
    expect(at(`${"a:".repeat(500_000)}\n${" ".repeat(500_000)}1:1`)).toEqual([]);
  });
});
