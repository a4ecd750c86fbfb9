/** A game in two branches on hops whose stage jobs may write nothing, with counts of what really ran. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type Holds, holds } from "../moments.ts";
import { type Scene, scene } from "../support.ts";

const graph = (h: Holds) => `digraph game { graph [goal="Build the game"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  setup [shape=parallelogram, tool_command="${h.command("setup")}"]
  par [shape=component]; join [shape=tripleoctagon, merge=all]
  dungeon [shape=parallelogram, tool_command="${h.command("dungeon")}"]
  monsters [shape=parallelogram, tool_command="${h.command("monsters")}"]
  verify [shape=parallelogram, tool_command="cat setup.txt dungeon.txt monsters.txt"]
  start -> setup; setup -> par; par -> dungeon -> join; par -> monsters -> join; join -> verify; verify -> exit
}`;

interface Begun {
  readonly s: Scene;
  readonly h: Holds;
  readonly id: number;
  readonly run: string;
  /** How often the stage's command ran, whatever the ledger says. */
  times(node: string): number;
}

export async function begin(held: string | null): Promise<Begun> {
  const h = await holds();
  const folder = mkdtempSync(join(tmpdir(), "attractor-times-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const command = (node: string) =>
    node === held ? h.command(node) : `echo x >> ${folder}/${node}; echo ${node} > ${node}.txt`;
  const s = await scene({ "graphs/game.dot": graph({ ...h, command }) }, { jobs: { contents: "read" } });
  const id = await s.dispatch({ graph: "graphs/game.dot" });
  const times = (node: string) => readFileSync(join(folder, node), "utf8").split("\n").length - 1;
  return { s, h, id, run: `r${id}`, times };
}
