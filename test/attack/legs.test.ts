import { describe, expect, it } from "vitest";
import type { BodyOf, EventBody, RunEvent } from "../../engine/core/events.ts";
import { hopWorld } from "../action/hop-world.ts";

type World = Awaited<ReturnType<typeof hopWorld>>;

/** What settle made of the one branch that a hostile job wrote. */
async function settled(hostile: (w: World, lines: EventBody[]) => Promise<void>, usd: number | null = null) {
  const w = await hopWorld(1, 1, usd);
  await hostile(w, w.legLines(w.branches[0]!));
  await w.settle();
  return w.trunk();
}
const endOf = (log: readonly RunEvent[]) =>
  log.findLast((event): event is RunEvent & BodyOf<"branch_completed"> => event.event === "branch_completed");
const paused = (w: World): object => ({
  event: "leg_paused",
  branch_key: w.branches[0]!.key,
  why: "waiting",
});

describe("a branch's job that lies", () => {
  it("R-OBS-3: spends no more of the run's budget than was set aside for it", async () => {
    const log = await settled(
      (w, lines) =>
        w.write(
          w.branches[0]!,
          lines.map((line) =>
            line.event === "stage_attempt_end"
              ? { ...line, usage: [{ provider: "p", cost_usd: 1e6 }] }
              : line,
          ),
        ),
      10,
    );
    const costs = log.flatMap((event) =>
      event.event === "stage_attempt_end" ? (event.usage ?? []).map((one) => one.cost_usd) : [],
    );
    expect(costs).toEqual([10]);
  });

  it.each([1e308, -1])("R-OBS-3: a cost of %s is no cost", async (cost) => {
    const log = await settled((w, lines) =>
      w.write(
        w.branches[0]!,
        lines.map((line) =>
          line.event === "stage_attempt_end" ? { ...line, usage: [{ provider: "p", cost_usd: cost }] } : line,
        ),
      ),
    );
    expect(endOf(log)?.failure_reason).toContain("a line that is no event");
  });

  it("R-GH-7: cannot say that a person answered", async () => {
    const log = await settled((w, lines) => {
      const gate = { branch_key: w.branches[0]!.key, node_id: "b1", visit: 1, gate: "b1/1" };
      const answer = { event: "human_gate_answered", ...gate, label: "Yes", by: "ada", source: "comment" };
      return w.write(w.branches[0]!, [lines[0]!, answer, ...lines.slice(1)]);
    });
    expect(endOf(log)?.failure_reason).toContain("human_gate_answered, which is not a branch's to say");
  });

  it.each(["--upload-pack=x", "a".repeat(40), "HEAD", "../../x"])(
    "R-FAN-9: a pause cannot hand the commit %s to the next hop",
    async (commit) => {
      const log = await settled((w, lines) =>
        w.write(w.branches[0]!, [
          ...lines
            .slice(0, -1)
            .map((line) => (line.event === "stage_attempt_end" ? { ...line, commit } : line)),
          paused(w),
        ]),
      );
      expect(endOf(log)?.failure_reason).toContain("brought no work");
    },
  );

  it("R-FAN-9: a pause with a changed workflow is refused like an end with one", async () => {
    const log = await settled(async (w) => {
      const commit = await w.work(w.branches[0]!, { ".github/workflows/own.yml": "on: push" });
      await w.write(w.branches[0]!, [...w.legLines(w.branches[0]!, commit).slice(0, 3), paused(w)]);
    });
    expect(endOf(log)?.failure_reason).toContain("workflows are changed by people only");
  });
});
