/**
 * Runs a graph with brynary/attractor, which has no command of its own: `bun brynary.ts CHECKOUT GRAPH LOGS`. With `validate`
 * in the place of LOGS it only reads and checks.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

const [checkout = "", graph = "", logsRoot = ""] = process.argv.slice(2);
const theirs = await import(join(checkout, "attractor/src/index.ts"));
const parsed = theirs.parse(readFileSync(graph, "utf8"));
theirs.validateOrRaise(parsed);
if (logsRoot !== "validate") {
  const handlerRegistry = theirs.createHandlerRegistry();
  handlerRegistry.register("start", new theirs.StartHandler());
  handlerRegistry.register("exit", new theirs.ExitHandler());
  handlerRegistry.register("tool", new theirs.ToolHandler());
  const { outcome } = await new theirs.PipelineRunner({ handlerRegistry, logsRoot }).run(parsed);
  if (outcome.status !== "success") throw new Error(`it ended with ${outcome.status}`);
}
