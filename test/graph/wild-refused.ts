/** The graphs of ../shared/wild that are refused, each with the rules that refuse it and why that holds. */
interface Refusal {
  readonly rules: readonly string[];
  readonly why: string;
}

const NO_COMMAND = "a tool without a command cannot run, in no program";
const NO_CHILD =
  "a house is a manager loop, and the specification gives it a child graph; this one names none";
const NEGATIVE = "a negative test of its own project";

export const REFUSED: Readonly<Record<string, Refusal>> = {
  "3b553f8fde.dot": { rules: ["tool_command_required"], why: NO_COMMAND },
  "3d9dd74be2.dot": { rules: ["manager_child_required"], why: NO_CHILD },
  "3dbd78da93.dot": {
    rules: ["attribute_value"],
    why: "goal_gate holds a condition; the specification has a truth value there",
  },
  "559df91c23.dot": { rules: ["manager_child_required"], why: NO_CHILD },
  "62efe44a88.dot": { rules: ["manager_child_required"], why: NO_CHILD },
  "6c57c3e67d.dot": { rules: ["start_node"], why: NEGATIVE },
  "71f7b12109.dot": {
    rules: ["exit_no_outgoing"],
    why: "edges leave exits, which the specification forbids",
  },
  "72ec985355.dot": { rules: ["tool_command_required"], why: NO_COMMAND },
  "7fd895658a.dot": {
    rules: ["stylesheet_syntax"],
    why: "the stylesheet sets temperature, which is no property and is sent to no model here",
  },
  "8e468689e9.dot": {
    rules: ["dot_string"],
    why: "a quote inside a string is not escaped; Graphviz refuses it too",
  },
  "8ff3c8194c.dot": { rules: ["dot_header"], why: "the text begins with two dashes before the graph" },
  "920d57ea6a.dot": { rules: ["reachability"], why: "no edge leads to evaluation_feedback" },
  "92b559fe25.dot": { rules: ["terminal_node"], why: NEGATIVE },
  "930a9faade.dot": { rules: ["manager_child_required"], why: NO_CHILD },
  "9cd3202daf.dot": { rules: ["manager_child_required"], why: NO_CHILD },
  "aa65cfdfb8.dot": { rules: ["start_no_incoming"], why: NEGATIVE },
  "b0f0b1b11a.fabro": { rules: ["start_node", "exit_no_outgoing"], why: NEGATIVE },
  "c0941b65f8.dot": {
    rules: ["unsupported_primitive", "refused_attribute"],
    why: "loop primitives of one program (decision 013)",
  },
  "c6757ff797.dot": { rules: ["tool_command_required"], why: NO_COMMAND },
  "c7b10fcc87.dot": { rules: ["tool_command_required"], why: NEGATIVE },
  "d1b67c1e93.dot": { rules: ["manager_child_required"], why: NO_CHILD },
  "dd6f972b45.gv": {
    rules: ["dot_html_label"],
    why: "a picture for Graphviz, no pipeline: its labels are HTML",
  },
  "df89ecfd6d.dot": {
    rules: ["attribute_value"],
    why: "goal_gate holds a condition; the specification has a truth value there",
  },
  "e2784ab85e.dot": { rules: ["exit_no_outgoing"], why: NEGATIVE },
  "ef1d04e777.dot": { rules: ["attribute_value"], why: "weight is a whole number in the specification" },
  "f03eb7b2a6.dot": { rules: ["start_node"], why: NEGATIVE },
  "f288e2e4b4.dot": { rules: ["manager_child_required"], why: NO_CHILD },
  "fa3488afcb.dot": {
    rules: ["attribute_value"],
    why: "goal_gate holds a sentence; the specification has a truth value there",
  },
};
