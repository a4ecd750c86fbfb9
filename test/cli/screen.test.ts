/** What a person sees while a run goes on. */
import { describe, expect, it } from "vitest";
import { redraw } from "../../cli/screen/redraw.ts";
import { screen } from "../../cli/screen/screen.ts";
import { treeLines } from "../../cli/screen/tree.ts";
import { rowsOf } from "../../cli/screen/tree-of-state.ts";
import { named, pipelineOf, play, run, start, world } from "../core/world.ts";

const FAN = `digraph g { start [shape=Mdiamond]; exit [shape=Msquare]; prep [shape=parallelogram, tool_command="true"]
  par [shape=component]; j [shape=tripleoctagon]; a [shape=parallelogram, tool_command="true"]; b [shape=parallelogram, tool_command="true"]
  start -> prep -> par; par -> a -> j; par -> b -> j; j -> exit [condition="outcome!=skipped"] }`;
const style = { now: 1_700_000_100_000, width: 60, color: false };

/** What a terminal of these lines would show. */
function terminal() {
  let lines: string[] = [""];
  let row = 0;
  const out = (text: string) => {
    for (const part of text.match(/\x1b\[\??\d*[A-Za-z]|\n|[^\x1b\n]+/g) ?? []) {
      const [, count, code] = /^\x1b\[\??(\d*)([A-Za-z])$/.exec(part) ?? [];
      if (code === "F") row -= Number(count);
      else if (code === "K") lines[row] = lines[row] ?? "";
      else if (code === "J") lines = lines.slice(0, row).concat("");
      else if (part === "\n") {
        row++;
        lines[row] ??= "";
      } else if (code === undefined) lines[row] = part;
    }
  };
  return { out, shown: () => lines.filter((line) => line !== "") };
}

describe("the tree of stages and branches", () => {
  it("shows what is over with its time, what runs with its own, and branches below their fan-out", () => {
    const w = world(pipelineOf(FAN));
    const [prep] = w.settle();
    if (prep?.kind === "stage") start(w, prep);
    expect(treeLines(rowsOf(w.state, w.pipeline), style)[0]).toMatch(/^▸ prep \d/);
    const done = run(FAN, { outcomes: { b: ["fail: the door is\n\u001b[31mlocked\u001b[0m"] } });
    expect(treeLines(rowsOf(done.state, done.pipeline), style)).toEqual([
      "✓ prep 5 ms",
      "✓ par",
      expect.stringMatching(/^ {2}✓ 01-a /),
      expect.stringMatching(/^ {2}✗ 02-b .*the door is locked$/),
      "✓ j 5 ms",
    ]);
  });

  it("shows running and pending branches while the fan-out is open", () => {
    const w = world(pipelineOf(FAN.replace("[shape=component]", "[shape=component, max_parallel=1]")));
    play(w, {
      outcomes: {},
      onEffect: (at, effect) =>
        effect.node === "a" && at.append({ event: "cancellation_requested", reason: "look", by: "tester" }),
    });
    const before = world(w.pipeline);
    for (const event of w.log.slice(
      1,
      w.log.findIndex(({ event }) => event === "cancellation_requested"),
    )) {
      before.append(event);
    }
    const lines = treeLines(rowsOf(before.state, before.pipeline), style);
    expect(lines.slice(1, 3)).toEqual(["▸ par", expect.stringMatching(/^ {2}▸ 01-a/)]);
    expect(lines.at(-1)).toBe("  · 02-b");
  });

  it("is never wider than the terminal, in columns", () => {
    const w = run(FAN, { outcomes: { prep: [`fail: ${"測試失敗 🚀 ".repeat(30)}`] } });
    for (const width of [20, 40, 79]) {
      for (const line of treeLines(rowsOf(w.state, w.pipeline), { ...style, width })) {
        const columns = [...line].reduce(
          (sum, char) => sum + (/[\u2e80-\u9fff]|\p{Emoji_Presentation}/u.test(char) ? 2 : 1),
          0,
        );
        expect(columns).toBeLessThanOrEqual(width);
      }
    }
  });
});

describe("redrawing", () => {
  it("replaces the lines in place, keeps what is written above, and leaves the last ones", () => {
    const { out, shown } = terminal();
    const area = redraw(out);
    area.show(["one", "two"]);
    area.show(["one", "two!", "three"]);
    area.above("a word");
    area.show(["only"]);
    expect(shown()).toEqual(["a word", "only"]);
    area.leave();
    area.show(["below"]);
    expect(shown()).toEqual(["a word", "only", "below"]);
  });

  it("writes nothing when nothing changed", () => {
    const writes: string[] = [];
    const area = redraw((text) => writes.push(text));
    area.show(["same"]);
    area.show(["same"]);
    expect(writes).toHaveLength(1);
  });
});

describe("a screen that is none", () => {
  const w = run(FAN);
  const told = (json: boolean) => {
    const out: string[] = [];
    const view = screen(
      { out: (text) => out.push(text), err: () => {}, stdin: async () => "", color: false },
      { json, asks: false, root: null },
    );
    for (const event of w.log) view.watch(event, w.state, w.pipeline);
    view.close();
    return out;
  };

  it("gets plain lines, one for each thing that happened, and nothing at all with --json", () => {
    expect(told(true)).toEqual([]);
    const lines = told(false);
    expect(lines.length).toBeGreaterThan(5);
    for (const line of lines) expect(line).toMatch(/^\d\d:\d\d:\d\d [^\n]+\n$/);
    expect(lines.filter((line) => line.includes("fans out to 2 branches"))).toHaveLength(
      named(w, "fanout_started").length,
    );
  });
});
