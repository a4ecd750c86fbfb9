/** Graphs that commands are given on. */

export const TWO = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  first [shape=parallelogram, tool_command="x"]; second [shape=parallelogram, tool_command="x"]
  start -> first -> second -> exit }`;

export const GATE = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  ask [shape=hexagon, label="Ship it?"]; ship [shape=parallelogram, tool_command="x"]; drop [shape=parallelogram, tool_command="x"]
  start -> ask; ask -> ship [label="[S] Ship"]; ask -> drop [label="[D] Drop"]; ship -> exit; drop -> exit }`;
