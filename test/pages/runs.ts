/** Runs for pages to show, played in virtual time: a question, then two branches, then a join. */
import { type Play, pipelineOf, play, type World, world } from "../core/world.ts";

export const GRAPH = `digraph g {
  graph [goal="Make it in two parts"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  approve [shape=hexagon, label="Build this?"]
  fan [shape=component, join_policy=k_of_n, k=2]; join [shape=tripleoctagon]
  a [shape=parallelogram, label="Part a", tool_command="true"]; b [shape=parallelogram, label="Part b", tool_command="true"]
  start -> approve; approve -> fan [label="[B] Build"]; approve -> exit [label="[D] Drop"]
  fan -> a -> join; fan -> b -> join; join -> exit [condition="outcome=success"]
}`;

export function played({ graph = GRAPH, ...script }: Play & { readonly graph?: string } = {}): World {
  return play(
    world(pipelineOf(graph), {
      graph: { name: "g", digest: "d", path: "graphs/g.dot" },
      github: { repository: "ada/game", graph_sha: "0", pull_request: 7, actor: "ada", durability: "stage" },
    }),
    script,
  );
}

export const answer = (run: World, label: string): World => play(run, { answers: { approve: label } });
