/** Graphs of the core's tests. */

/** Everything between start and exit. */
export const frame = (body: string, attrs = "") => `digraph g { graph [goal="g" ${attrs}]
  start [shape=Mdiamond]; exit [shape=Msquare]
  ${body}
}`;

export const tool = (id: string, more = "") => `${id} [shape=parallelogram, tool_command="true" ${more}]`;
