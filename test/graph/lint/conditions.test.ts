import { describe, expect, it } from "vitest";
import { nearestStatus } from "../../../engine/graph/statuses.ts";
import { findings, graphOf, places } from "./findings.ts";

const stage = (attrs: string, ...conditions: string[]): string =>
  graphOf(
    `  work [prompt="x", ${attrs}]\n  next [prompt="x"]\n  start -> work\n  next -> exit\n${conditions
      .map((condition) => `  work -> next [condition="${condition}"]`)
      .join("\n")}`,
  );

describe("holes between conditional edges", () => {
  it.each([
    [["outcome=success", "outcome=fail"], null],
    [["outcome=success", "outcome!=success"], null],
    [["outcome!=fail", "outcome=fail && context.a", "outcome=fail && context.a=false"], "and a is empty"],
    [["context.a=1", "context.a!=1"], null],
    [["context.a=1", "a!=1"], null],
    [["context.a=1", 'context.a=\\"\\"'], "a is something else"],
    [["context.a=1", "context.a=2"], "and a is empty"],
    [["outcome=success && context.a=1", "outcome=success && context.a!=1", "outcome!=success"], null],
    [
      ["outcome=success", "outcome=fail && context.failure_class=transient_infra"],
      "and failure_class=deterministic",
    ],
    [
      ["failure_class=transient_infra", "failure_class!=transient_infra && outcome=fail", "outcome=success"],
      null,
    ],
    [["outcome=success", "failure_class=transient_infra", "failure_class!=transient_infra"], null],
    [["outcome=fail"], "outcome=success"],
    [["outcome=yes", "outcome=no"], "outcome=success"],
  ])("R-LANG-3: %j", (conditions, hole) => {
    const found = findings(stage("", ...conditions), "all_conditional_edges");
    expect(found.map(({ severity }) => severity)).toEqual(hole === null ? [] : ["warning"]);
    if (hole !== null) expect(found[0]?.message).toContain(hole);
  });

  it("only notes that nothing takes a failure, unless every way leads to an exit anyway", () => {
    expect(places(stage("", "outcome=success"), "all_conditional_edges")).toEqual(["info work"]);
    const ends = graphOf(
      '  work [prompt="x"]\n  start -> work\n  work -> exit [condition="outcome=success"]',
    );
    expect(places(ends, "all_conditional_edges")).toEqual([]);
  });

  it("counts a retry target as the way for failures", () => {
    expect(places(stage('retry_target="work"', "outcome=success"), "all_conditional_edges")).toEqual([]);
  });

  it("asks for partial_success where the stage may end so", () => {
    const source = stage("allow_partial=true", "outcome=success", "outcome=fail");
    expect(findings(source, "all_conditional_edges")[0]?.message).toContain("outcome=partial_success");
  });

  it("takes conditions over too many combinations on trust", () => {
    const keys = Array.from({ length: 12 }, (_, index) => `context.k${index}=1`);
    expect(places(stage("", ...keys), "all_conditional_edges")).toEqual([]);
  });

  it("has nothing to say about a condition that cannot be read", () => {
    expect(places(stage("", "outcome=success or x y=z"), "all_conditional_edges")).toEqual([]);
    expect(places(stage("", "outcome=success or x y=z"), "condition_syntax")).toEqual(["error work->next"]);
  });
});

describe("statuses", () => {
  it.each([
    ["sucess", "success"],
    ["succes", "success"],
    ["succeed", "success"],
    ["successs", "success"],
    ["Succcess", "success"],
    ["faill", "fail"],
    ["fial", "fail"],
    ["fails", "fail"],
    ["failur", "fail"],
    ["retyr", "retry"],
    ["skiped", "skipped"],
    ["partial_sucess", "partial_success"],
    ["partial-succes", "partial_success"],
  ])("R-LANG-3: %s is a near miss of %s", (written, meant) => {
    expect(nearestStatus(written)).toBe(meant);
    expect(findings(stage("", `outcome=${written}`), "custom_outcome_near_miss")[0]?.fix).toContain(meant);
  });

  it.each([
    "success",
    "ok",
    "error",
    "fail",
    "skip",
    "mail",
    "fix",
    "port",
    "needs_work",
    "pass",
    "yes",
    "done",
    "rework",
  ])("%s is known or a true custom outcome", (written) => {
    expect(nearestStatus(written)).toBeNull();
  });

  it("are only looked at where a condition reads the outcome", () => {
    expect(places(stage("", "context.word=sucess"), "custom_outcome_near_miss")).toEqual([]);
  });
});

describe("restarts", () => {
  const restart = (condition: string): string =>
    graphOf(
      `  work [prompt="x"]\n  start -> work\n  work -> work [loop_restart=true${condition}]\n  work -> exit`,
    );

  it.each([
    ["", 1],
    [', condition="outcome=fail"', 1],
    [', condition="outcome!=success"', 1],
    [', condition="outcome=fail && failure_class!=deterministic"', 1],
    [', condition="outcome=fail && failure_class!=transient_infra"', 1],
    [', condition="outcome=success"', 0],
    [', condition="outcome=again"', 0],
    [', condition="outcome=fail && failure_class=transient_infra"', 0],
    [', condition="context.failure_class=transient_infra"', 0],
  ])("R-LANG-3: loop_restart%s has %i findings", (condition, count) => {
    expect(places(restart(condition), "loop_restart_class_guard")).toHaveLength(count);
  });
});

describe("keys", () => {
  it.each([
    "outcome",
    "preferred_label",
    "context.failure_class",
    "tool.output",
    "human.gate.selected",
    "graph.goal",
  ])("%s is set by the engine", (key) => {
    expect(places(stage("", `${key}=x`), "condition_key_unset")).toEqual([]);
  });

  it("that resemble one of the engine's are warned of, with the right one", () => {
    const [found] = findings(stage("", "context.failure_clas=transient_infra"), "condition_key_unset");
    expect(found).toMatchObject({ severity: "warning", fix: "write failure_class" });
  });

  it("that a prompt or a command mentions are taken to be set there, and each is noted once", () => {
    const source = stage(
      'label="Set loop_state when done"',
      "context.loop_state=done",
      "context.other=1",
      "context.other=2",
    );
    expect(findings(source, "condition_key_unset").map(({ message }) => message)).toEqual([
      "nothing in the graph sets context.other",
    ]);
  });
});

describe("several edges without a condition", () => {
  const edges = (attrs: string, ...labels: string[]): string =>
    graphOf(
      `  a [${attrs}]\n  b [prompt="x"]\n  c [prompt="x"]\n  start -> a\n  a -> c [${labels[0]}]\n  a -> b [${labels[1]}]\n  b -> exit\n  c -> exit`,
    );

  it("R-FAN-10: are never silently one of several: the finding names the one that would be taken", () => {
    const [found] = findings(edges("", "", ""), "several_unconditional_edges");
    expect(found?.severity).toBe("warning");
    expect(found?.message).toContain("only b would be taken");
  });

  it.each([
    ["different weights", "", "weight=2", "weight=1", 0],
    ["equal weights", "", "weight=2", "weight=2", 1],
    ["labels that an agent can prefer", "", "label=Yes", "label=No", 0],
    ["labels that are the same to a person", "", 'label="[Y] Yes"', "label=yes", 1],
    ["labels on a conditional, which prefers nothing", "shape=diamond", "label=Yes", "label=No", 1],
    ["edges of a fan-out", "shape=component", "", "", 0],
    ["choices of a human gate", "shape=hexagon", "", "", 0],
  ])("R-FAN-10: %s", (_, attrs, first, second, count) => {
    expect(places(edges(attrs, first, second), "several_unconditional_edges")).toHaveLength(count);
  });
});

describe("human gates", () => {
  it("R-LANG-3: with two choices that read the same, or none, are reported", () => {
    const twins = graphOf(
      '  g [shape=hexagon]\n  start -> g\n  g -> exit [label="[A] Approve"]\n  g -> g [label="approve "]',
    );
    expect(places(twins, "human_gate_labels")).toEqual(["warning g->g"]);
    expect(places(graphOf("  g [shape=hexagon]\n  start -> g"), "human_gate_labels")).toEqual(["warning g"]);
  });
});
