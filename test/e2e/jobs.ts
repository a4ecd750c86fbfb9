/** How many jobs a run takes, as GitHub would bill them. */
import { CALLER_PATH } from "../../github/workflows/init-files.ts";
import { allRuns, ledgerOf, story } from "./inspect.ts";
import type { Scene } from "./support.ts";

const tool = (node: string): string => `${node} [shape=parallelogram, tool_command="true"]`;
const graph = (body: string): string => `digraph g { graph [goal="Count"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  ${body}
}`;

/** `fans` fan-outs of `width` branches, one after the other. */
function fanOuts(fans: number, width: number): string {
  const lines = Array.from({ length: fans }, (_, fan) => {
    const names = Array.from({ length: width }, (_, n) => `b${fan}x${n}`);
    const ways = names.map((name) => `${tool(name)}; p${fan} -> ${name} -> j${fan}`).join("; ");
    return `p${fan} [shape=component]; j${fan} [shape=tripleoctagon]; ${ways}`;
  });
  const way = Array.from({ length: fans }, (_, fan) => [`p${fan}`, `j${fan} -> p${fan + 1}`]).flat();
  const edges = way.filter((part) => part.includes("->")).slice(0, fans - 1);
  return graph(`${lines.join("\n  ")}\n  start -> p0; ${edges.join("; ")}; j${fans - 1} -> exit`);
}

export const GRAPHS = {
  "graphs/serial.dot": graph(`${tool("a")}; ${tool("b")}; start -> a -> b -> exit`),
  "graphs/fan.dot": fanOuts(1, 2),
  "graphs/two.dot": fanOuts(2, 3),
  "graphs/three.dot": fanOuts(3, 4),
  "graphs/ten.dot": fanOuts(10, 2),
  "graphs/gate.dot": graph(
    `${tool("a")}; ${tool("b")}; ask [shape=hexagon, label="Go on?"]; start -> a -> ask; ask -> b [label="[Y] Yes"]; b -> exit`,
  ),
} as const;

export interface Counted {
  readonly jobs: number;
  readonly workflowRuns: number;
}

/** Of all workflow runs of the run's own workflow that come after `before`, which no other run shares. */
export async function counted(s: Scene, before: ReadonlySet<number>): Promise<Counted> {
  await allRuns(s);
  const own = [...s.repository.runs.values()].filter(
    ({ id, workflow }) => !before.has(id) && workflow.path === CALLER_PATH,
  );
  const jobs = own.reduce((sum, { id }) => sum + s.box.billed(id).length, 0);
  return { jobs, workflowRuns: own.length };
}

/** From its dispatch to its end, its question answered. `settle`: until nothing moves any more. */
export async function dispatched(
  s: Scene,
  name: keyof typeof GRAPHS,
  settle: () => Promise<unknown> = () => allRuns(s),
): Promise<Counted> {
  const before = new Set(s.repository.runs.keys());
  const run = `r${await s.dispatch({ graph: name })}`;
  await settle();
  if (ledgerOf(s, run).at(-1)?.event === "human_gate_waiting") {
    await s.dispatch({ command: `choose ask Yes --run ${run}` });
    await settle();
  }
  const last = ledgerOf(s, run).at(-1);
  if (last?.event !== "run_completed") throw new Error(`${name} ended with ${last?.event}\n${story(s)}`);
  return counted(s, before);
}
