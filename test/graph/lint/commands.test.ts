import { describe, expect, it } from "vitest";
import { findings, graphOf, places } from "./findings.ts";

const ROUTED = 't -> exit [condition="outcome=success"]; t -> w [condition="outcome=fail"]; w -> exit';

const checks = (command: string, attrs = "", edges = ROUTED): string =>
  graphOf(
    `  t [shape=parallelogram, tool_command=${JSON.stringify(command)}${attrs}]; w [prompt="x"]\n  start -> t; ${edges}`,
  );

describe("the command of a check", () => {
  it.each([
    "make test | tail -n 5",
    "cd app; npm test 2>&1 | tee log",
    "cd app && npm test |& cat",
    "git diff --check | head",
    "./run.sh || true",
    "make test || :",
    "make test || exit 0",
    "make test\nmake lint | tail",
  ])("R-LANG-3: cannot fail: %j", (command) => {
    expect(places(checks(command), "command_hides_failure")).toEqual(["warning t"]);
  });

  it.each([
    "make test",
    "set -o pipefail; make test | tail",
    "make test | tee log; test $PIPESTATUS -eq 0",
    "make test | tee log; exit $PIPESTATUS",
    "make test | tail; grep -q passed log",
    "git status | grep -q clean",
    "echo done | tee log",
    "cat a b | sort | uniq",
    "rm -rf old || true; make test",
    "test -f a || test -f b",
    "echo 'a | tail || true'",
    "n=$(make list | tail -1); test $n = 3",
    "if make test | tail; then exit 1; fi",
    "make test > log 2>&1 || { tail log; exit 1; }",
    "make test | tail; echo '{}' > $ATTRACTOR_STATUS_PATH",
    "cat <<X | tail\nmake\nX",
  ])("R-LANG-3: tells its failure, or is not read without a shell: %j", (command) => {
    expect(places(checks(command), "command_hides_failure")).toEqual([]);
  });

  it("R-LANG-3: may hide it where no edge asks for the outcome", () => {
    expect(places(checks("make test || true", "", "t -> w -> exit"), "command_hides_failure")).toEqual([]);
    const gate = checks("make test || true", ", goal_gate=true", "t -> w -> exit");
    expect(places(gate, "command_hides_failure")).toEqual(["warning t"]);
  });
});

describe("a command that can only fail", () => {
  it.each(["exit 1", "false", " exit 12; ", "echo 'no: a; b' >&2; exit 1", "printf x && false"])(
    "R-LANG-3: is not tried again: %j",
    (command) => {
      expect(places(checks(command, ", max_retries=2"), "retries_without_hope")).toEqual(["warning t"]);
    },
  );

  it.each(["exit 0", "true", "test -f a; exit 1", "make || exit 1", "false || true"])(
    "R-LANG-3: is not %j",
    (command) => {
      expect(places(checks(command, ", max_retries=2"), "retries_without_hope")).toEqual([]);
    },
  );

  it("R-LANG-3: may stand without retries of its own", () => {
    expect(places(checks("exit 1", ", max_retries=0"), "retries_without_hope")).toEqual([]);
    expect(places(checks("exit 1"), "retries_without_hope")).toEqual([]);
  });
});

it("R-LANG-3: a command with a NUL byte is an error: no program can be given one", () => {
  const source = checks("true").replace('"true"', '"true \0 false"');
  expect(findings(source, "tool_command_required")).toMatchObject([
    { severity: "error", message: "the command of t holds a NUL byte" },
  ]);
});

describe("a retry target beside an edge without a condition", () => {
  const stage = (attrs: string, edges: string): string =>
    graphOf(`  w [${attrs}, retry_target=a]; a [prompt="x"]\n  start -> a -> w; ${edges}`);

  it("R-LANG-3: is never jumped to", () => {
    const beside = 'w -> a [condition="outcome=retry"]; w -> exit';
    expect(places(stage('prompt="x"', beside), "retry_target_shadowed")).toEqual(["warning w"]);
  });

  it("R-LANG-3: is jumped to from a goal gate and a fan-in, and without such an edge", () => {
    expect(places(stage("goal_gate=true", "w -> exit"), "retry_target_shadowed")).toEqual([]);
    expect(places(stage("shape=tripleoctagon", "w -> exit"), "retry_target_shadowed")).toEqual([]);
    const guarded = 'w -> exit [condition="outcome=success"]';
    expect(places(stage('prompt="x"', guarded), "retry_target_shadowed")).toEqual([]);
  });
});

describe("a failure that leads into an exit", () => {
  it.each(["outcome=fail", "outcome!=success"])("R-LANG-3: is noted: %s", (condition) => {
    const source = graphOf(
      `  a [prompt="x"]; d [shape=diamond]\n  start -> a -> d; d -> exit [condition="${condition}"]; d -> a`,
    );
    expect(places(source, "failure_to_exit")).toEqual(["info d->exit"]);
  });

  it("R-LANG-3: is meant so at a check of the tools after the start", () => {
    const source = checks("command -v cargo", "", 't -> exit [condition="outcome=fail"]; t -> w -> exit');
    expect(places(source, "failure_to_exit")).toEqual([]);
  });
});
