/** Graphs of other projects, read where they lie; this file is not run where there are none. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { answerEvent } from "../../engine/core/decide/gate.ts";
import { sayFor } from "../../engine/core/way-out.ts";
import type { Diagnostic } from "../../engine/graph/model.ts";
import { prepare } from "../../engine/graph/prepare.ts";
import { finish, start, type World, world } from "../core/world.ts";
import { whereItRuns } from "../where-it-runs.ts";
import { REFUSED } from "./wild-refused.ts";

const folder = new URL("../../../shared/wild/", import.meta.url);
const there = existsSync(folder);
const files = there ? readdirSync(folder).filter((name) => /\.(?:dot|gv|fabro)$/.test(name)) : [];

const read = (name: string) =>
  prepare(readFileSync(new URL(name, folder), "utf8"), {
    readPrompt: () => ({ ok: true, text: "Do what the file says" }),
    readGraph: () => ({ ok: true, text: "digraph s { b [shape=Mdiamond]; e [shape=Msquare]; b -> e }" }),
  });

const refusals = (diagnostics: readonly Diagnostic[]): string[] => [
  ...new Set(diagnostics.filter(({ severity }) => severity === "error").map(({ rule }) => rule)),
];

/** Far more than any of them needs: a walk that gets there goes in circles. */
const MOST_STEPS = 3_000;

/** Every stage says what its edges offer, every gate is answered, until the run ends. */
function walked(w: World): World {
  for (let step = 0; step < MOST_STEPS; step++) {
    const [effect] = w.settle();
    if (effect === undefined) return w;
    const context = Object.fromEntries(w.state.scopes.get(effect.scope)?.context ?? []);
    if (effect.kind === "gate") {
      const { options, visit } = effect.gate;
      const option = options[(visit - 1) % options.length]!;
      const matched = { ok: true, option, text: null } as const;
      const who = { by: "test", source: "callback" } as const;
      w.append(answerEvent(w.state.scopes.get(effect.scope)!, effect.gate, matched, who));
    } else if (effect.kind === "stage") {
      start(w, effect);
      finish(w, effect, { ...sayFor(w.pipeline, effect.node, effect.visit, context) });
    } else return w;
  }
  return w;
}

const MISSING = "there is no folder ../shared/wild with graphs of other projects";

whereItRuns(there ? null : MISSING)("graphs in the wild", () => {
  it("R-LANG-12: at least 358 are accepted, and every other is refused for a reason that holds", () => {
    const found = Object.fromEntries(
      files.flatMap((name) => {
        const { pipeline, diagnostics } = read(name);
        return pipeline === null ? [[name, refusals(diagnostics)]] : [];
      }),
    );
    expect(files.length - Object.keys(found).length).toBeGreaterThanOrEqual(358);
    expect(found).toEqual(
      Object.fromEntries(Object.entries(REFUSED).map(([name, { rules }]) => [name, rules])),
    );
  });

  it.each(files.filter((name) => read(name).pipeline !== null))("%s is walked to an end", (name) => {
    const w = walked(world(read(name).pipeline!));
    expect(w.state.ended?.event).toMatch(/^run_(?:completed|failed)$/);
  });

  it("nineteen in twenty of them to success", () => {
    const ends = files.flatMap((name) => {
      const { pipeline } = read(name);
      return pipeline === null ? [] : [walked(world(pipeline)).state.ended?.event];
    });
    expect(ends.filter((event) => event === "run_completed").length / ends.length).toBeGreaterThan(0.95);
  });
});
