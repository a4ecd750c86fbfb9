/** What a trunk job does before anything is on the network: loads its part, prepares a graph, decides. Bundled by `bench/action.ts`. */
import { runTrunk } from "../action/trunk.ts";
import { decide } from "../engine/core/decide.ts";
import { fold } from "../engine/core/fold.ts";
import { emptyState } from "../engine/core/state.ts";
import { prepare } from "../engine/graph/prepare.ts";

const { pipeline } = prepare(
  'digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]; a [prompt="p"]; start -> a -> exit }',
);
if (!pipeline || typeof runTrunk !== "function") throw new Error("the graph must be valid");
const state = fold(pipeline, emptyState(), {
  ...{ seq: 1, ts: new Date().toISOString(), run_id: "r1", event: "run_started", schema_version: 1 },
  ...{ graph: { name: "g", digest: "d" }, goal: "g", inputs: {}, config_digest: "d", engine_version: "0" },
  coordinator: "workflow",
});
const { event } = decide(pipeline, state);
if (event === null) throw new Error("there is a first decision");
