import { describe, expect, it } from "vitest";
import { mayAppend } from "../../engine/core/authority.ts";
import { unfinished } from "../../engine/core/branch-result.ts";
import { decide } from "../../engine/core/decide.ts";
import { plannedLegs } from "../../engine/core/legs.ts";
import { pipelineOf, type World, world } from "./world.ts";

function fanned(count: number, attrs = ""): World {
  const names = Array.from({ length: count }, (_, n) => `b${n + 1}`);
  const w = world(
    pipelineOf(`digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
      par [shape=component, max_parallel=400${attrs}]; join [shape=tripleoctagon]
      ${names.map((name) => `${name} [shape=parallelogram, tool_command="true"]`).join("\n")}
      start -> par; ${names.map((name) => `par -> ${name} -> join`).join("; ")}; join -> exit }`),
  );
  for (;;) {
    const { event } = decide(w.pipeline, w.state);
    if (!event || !mayAppend("trunk", event)) return w;
    w.append(event);
  }
}

const keys = (w: World) => plannedLegs(w.pipeline, w.state)?.branches.map(({ key }) => key) ?? null;

function finish(w: World): void {
  const legs = plannedLegs(w.pipeline, w.state);
  for (const branch of legs?.branches ?? [])
    w.append({
      ...{ event: "branch_completed", branch_key: branch.key, fan_node: "par", fan_visit: 1, status: "fail" },
      ...{ failure_reason: "lost", failure_class: "transient_infra", failure_signature: "s" },
      result: { ...unfinished(branch, "fail", "lost") },
    });
}

describe("the branches that a hop runs as jobs", () => {
  it("R-GH-10: 300 branches go in chunks of what a matrix holds, in graph order, under one join", () => {
    const w = fanned(300);
    const first = keys(w)!;
    expect([first.length, first[0], first.at(-1)]).toEqual([256, "par/v1/01-b1", "par/v1/256-b256"]);
    finish(w);
    const second = keys(w)!;
    expect([second.length, second[0], second.at(-1)]).toEqual([44, "par/v1/257-b257", "par/v1/300-b300"]);
    finish(w);
    expect(keys(w)).toBeNull();
    expect(decide(w.pipeline, w.state).event).toMatchObject({
      event: "fanout_joined",
      counts: { total: 300 },
    });
  });

  it("R-FAN-9: none are left when the run is stopped or the join is decided", () => {
    const stopped = fanned(3);
    stopped.append({ event: "cancellation_requested", reason: "enough", by: "ada" });
    expect(keys(stopped)).toBeNull();
    const early = fanned(3, ", error_policy=fail_fast");
    const [branch] = plannedLegs(early.pipeline, early.state)!.branches;
    early.append({
      ...{
        event: "branch_completed",
        branch_key: branch!.key,
        fan_node: "par",
        fan_visit: 1,
        status: "fail",
      },
      ...{ failure_reason: "x", failure_class: "deterministic", failure_signature: "s" },
      result: unfinished(branch!, "fail", "failed"),
    });
    expect(keys(early)).toBeNull();
  });
});
