/**
 * What a hop costs in requests to GitHub, by kind: the demo's story with its real jobs on the box, the app beside them.
 * `node bench/calls.ts`. Counted from one dispatch to the next, so what a person does between is in: a question, its answer,
 * a resumption, the sweep. The bounds of a hop alone (12, three of them seen) are held by test/app/calls.test.ts.
 */
import { play } from "../demo/play.ts";
import { openSite } from "../demo/site/server.ts";
import { startWorld } from "../demo/world.ts";

const VISIBLE = /create-workflow-dispatch|issues\/(?:create|update)-comment|checks\/(?:create|update)/;
const SPEED = 20;
const STEP_MS = 300_000;

const site = await openSite(0);
const world = await startWorld({ siteUrl: site.url, speed: SPEED });
site.show(world);
const hops: string[][] = [];
try {
  await play(world, {
    scene: async () => undefined,
    giveUpAfterMs: STEP_MS,
    signal: new AbortController().signal,
  });
  for (const { op = "", caller } of world.box.requests) {
    if (!caller.startsWith("installation")) continue;
    if (op === "actions/create-workflow-dispatch") hops.push([]);
    hops.at(-1)?.push(op);
  }
} finally {
  await world.close();
  await site.close();
}
for (const [n, ops] of hops.entries()) {
  const seen = ops.filter((op) => VISIBLE.test(op)).length;
  const kinds = Map.groupBy(ops, (op) => op);
  const list = [...kinds].map(([op, all]) => (all.length > 1 ? `${op} × ${all.length}` : op));
  console.log(`hop ${n + 1}: ${ops.length} requests, ${seen} that people see: ${list.join(", ")}`);
}
process.exitCode = hops.length === 0 ? 1 : 0;
