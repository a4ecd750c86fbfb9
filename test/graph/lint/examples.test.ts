import { describe, expect, it } from "vitest";
import { RULES } from "../../../engine/graph/lint/rules.ts";
import type { Diagnostic } from "../../../engine/graph/model.ts";
import { validate } from "../../../engine/graph/prepare.ts";

/** What stands in the bad example at the place that the rule's first finding names. */
const POINTS_AT: Readonly<Record<string, string>> = {
  start_node: "digraph g {",
  terminal_node: "digraph g {",
  reachability: "review [prompt",
  edge_target_exists: "wrok\n",
  start_no_incoming: "start [condition",
  exit_no_outgoing: "exit -> work",
  condition_syntax: '=partial_success"',
  stylesheet_syntax: "modle:",
  type_known: '"wait.humans"',
  fidelity_valid: '"summary"',
  retry_target_exists: '"wrok"',
  goal_gate_has_retry: "work [prompt",
  prompt_on_llm_nodes: "work\n",
  goal_gate_cannot_retry: '"report"',
  all_conditional_edges: "work [prompt",
  attribute_value: '"15 min"',
  attribute_without_effect: 'prompt="Is it good?"',
  branches_meet: "split [shape",
  case_twin_ids: "review [prompt",
  command_hides_failure: '"make test',
  default_choice_offered: '"Hold"',
  failure_to_exit: 'work -> exit [condition="outcome=fail"',
  items_key_unset: '"context.modules"',
  retries_without_hope: "2, tool_command",
  retry_target_shadowed: '"plan"',
  condition_key_unset: "context.reviewed=yes",
  custom_outcome_near_miss: "sucess",
  duplicate_edge: 'work -> exit [condition="outcome=success"]\n}',
  exit_without_goal_gate: "work [prompt",
  fallible_to_exit_unconditional: "work -> exit",
  fan_in_unconditional_only: "join [shape",
  fan_in_without_fan_out: "join [shape",
  fanout_exceeds_matrix: "split [shape",
  human_gate_labels: "ship -> work",
  input_declared: '"Fix the issue $input.issue"',
  join_out_of_range: "3]",
  limit_below_one: "0\n",
  loop_restart_class_guard: 'work -> work [condition="outcome=fail", loop_restart',
  manager_child_required: "watch [shape",
  no_way_to_exit: "report [prompt",
  other_dialect: 'script="make',
  privileged_non_tool: "privileged=true",
  prompt_file_conflict: "prompt_file=",
  refused_attribute: "loop_count=3",
  response_schema_invalid: '"{type: object}"',
  reserved_id: '"node" [prompt',
  several_unconditional_edges: "plan -> docs",
  shape_known: "paralelogram",
  status_contract_in_prompt: "work [prompt",
  timeout_exceeds_job: '"8h"',
  tool_command_required: "test [shape",
  toolchain_gate: "work [prompt",
  unbounded_failure_back_edge: "verify -> work",
  unbounded_loop: "review -> work",
  unknown_attribute: "promt=",
  unsupported_primitive: "pentagon]",
};

const findings = (source: string, code: string): Diagnostic[] =>
  validate(source).filter(({ rule }) => rule === code);

describe.each(RULES.map((rule) => [rule.code, rule] as const))("%s", (code, rule) => {
  it(`R-LANG-3: finds its bad example, at the place that is wrong, and says how to fix it`, () => {
    const [first] = findings(rule.bad, code);
    expect(first).toMatchObject({ rule: code, severity: rule.severity });
    expect(first?.message).not.toBe("");
    expect(first?.fix).not.toBe("");
    const { offset, line, column } = first!.at;
    expect(rule.bad.slice(offset)).toSatisfy((rest: string) => rest.startsWith(POINTS_AT[code]!));
    const before = rule.bad.slice(0, offset).split("\n");
    expect({ line, column }).toEqual({ line: before.length, column: before.at(-1)!.length + 1 });
  });

  it(`R-LANG-3: leaves its good example alone, in which nothing else is wrong either`, () => {
    expect(findings(rule.good, code)).toEqual([]);
    expect(validate(rule.good).filter(({ severity }) => severity !== "info")).toEqual([]);
  });
});

it("says where every bad example is wrong", () => {
  expect(Object.keys(POINTS_AT).toSorted()).toEqual(RULES.map(({ code }) => code).toSorted());
});

it("names every rule once and explains it", () => {
  expect(new Set(RULES.map(({ code }) => code)).size).toBe(RULES.length);
  for (const { code, title, explain, fix } of RULES) {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
    for (const text of [title, explain, fix]) expect(text.length).toBeGreaterThan(10);
  }
});
