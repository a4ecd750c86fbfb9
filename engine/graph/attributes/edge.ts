/** Attributes of edges. */
import { type Attribute, boolean, fidelity, row, text } from "./kinds.ts";

export const EDGE_ROWS: readonly Attribute[] = [
  row(
    "edge",
    "label",
    text,
    "Caption; the choice at a human gate, and what a stage's `preferred_label` is matched with.",
  ),
  row("edge", "condition", { kind: "condition" }, "The edge applies only when this holds."),
  row("edge", "weight", { kind: "integer" }, "Among edges that apply the heaviest is taken.", {
    default: "0",
  }),
  row("edge", "fidelity", fidelity, "Fidelity of the target when it is reached by this edge."),
  row("edge", "thread_id", text, "Thread of the target when it is reached by this edge and names none."),
  row(
    "edge",
    "loop_restart",
    boolean,
    "Taking the edge restarts the run at its target with a fresh log folder; after a failure only when its class is `transient_infra`.",
    {
      default: "false",
    },
  ),
];
