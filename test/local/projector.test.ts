/** The files beside the log, with time that moves when told. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Live } from "../../engine/ledger/projections/live.ts";
import { projector } from "../../engine/local/write-projections.ts";
import { finish, pipelineOf, start, world } from "../core/world.ts";
import { virtualClock } from "../stages/virtual-clock.ts";
import { folder, graph, readJson, tool, until } from "./world.ts";

function scene() {
  const root = folder();
  const clock = virtualClock();
  const flushed: number[] = [];
  const files = projector(root, clock, async () => void flushed.push(w.state.seq));
  const w = world(pipelineOf(graph(`${tool("a", "x")}; ${tool("b", "x")}; s -> a -> b -> e`)));
  const begin = () => {
    const [effect] = w.settle();
    if (effect?.kind !== "stage") throw new Error("no stage");
    start(w, effect);
    return effect;
  };
  const shown = () => {
    const path = join(root, "live.json");
    return existsSync(path) ? readJson<Live>(path).current.map((stage) => stage.node_id) : null;
  };
  /** Time passes until it does. */
  const shows = async (node: string) => {
    for (let ms = 0; ms < 2_000 && !shown()?.includes(node); ms++) {
      await clock.advance(1);
      await new Promise((later) => setTimeout(later, 2));
    }
    expect(shown()).toContain(node);
  };
  return { w, clock, files, begin, shown, shows, flushed };
}

it("R-LIVE-4: a long stage that follows a short one at once is named though nothing else happens", async () => {
  const { w, clock, files, begin, shown, shows, flushed } = scene();
  const a = begin();
  await files.update(w.state);
  await until("the first write", () => shown()?.includes("a"));
  finish(w, a, { status: "success" });
  begin();
  await files.update(w.state);
  await clock.advance(199);
  expect(shown()).toEqual(["a"]);
  await shows("b");
  // The log first: these files never know more than it.
  expect(flushed.at(-1)).toBe(w.state.seq);
  await files.stop();
});

it("what changes while the files are written is written next", async () => {
  const { w, files, begin, shows } = scene();
  const a = begin();
  await files.update(w.state);
  finish(w, a, { status: "success" });
  begin();
  await files.update(w.state);
  await shows("b");
  await files.stop();
});

it("an end is written before anything goes on, and nothing after a stop", async () => {
  const { w, files, begin, shown } = scene();
  const a = begin();
  await files.update(w.state);
  finish(w, a, { status: "success" });
  finish(w, begin(), { status: "success" });
  w.settle();
  expect(w.state.ended?.event).toBe("run_completed");
  await files.update(w.state);
  expect(shown()).toEqual([]);

  const other = scene();
  const first = other.begin();
  await other.files.update(other.w.state);
  await other.shows("a");
  finish(other.w, first, { status: "success" });
  other.begin();
  await other.files.update(other.w.state);
  await other.files.stop();
  await other.clock.advance(1_000);
  expect(other.shown()).toEqual(["a"]);
});
