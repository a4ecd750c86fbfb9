import { describe, expect, it } from "vitest";
import { decide } from "../../engine/core/decide.ts";
import { MINUTE, world } from "./support/world.ts";

describe("a hop that a workflow run holds", () => {
  it("R-LIFE-2: is lost when GitHub says that its run is over and nothing was settled; the next epoch is planned and dispatched", async () => {
    const w = world();
    await w.look();
    const run = w.claim();
    w.append({
      event: "stage_attempt_start",
      node_id: "work",
      visit: 1,
      attempt: 1,
      max: 1,
      handler: "tool",
    });
    await w.look();
    expect(w.names()).not.toContain("hop_lost");
    w.end(run, "failure");
    await w.look();
    expect(w.log().find((line) => line.event === "hop_lost")).toMatchObject({
      hop: 1,
      epoch: 1,
      cause: expect.stringContaining("workflow run 77 ended failure and recorded no end of its hop"),
    });
    expect(
      w.log().find((line) => line.event === "stage_attempt_end" && line.node_id === "work"),
    ).toMatchObject({ evidence: { lost: true } });
    expect(w.state().hop).toMatchObject({ hop: 1, epoch: 2, status: "planned" });
    expect(w.dispatches.at(-1)).toMatchObject({ hop: 1, epoch: 2 });
  });

  it("R-LIFE-2: three hops lost in a row end the run with the last cause, and it can be resumed", async () => {
    const w = world();
    for (let epoch = 1; epoch <= 3; epoch++) {
      await w.look();
      w.end(w.claim(String(epoch)), "failure");
    }
    await w.look();
    expect(w.log().at(-1)).toMatchObject({ event: "run_failed", failure_class: "transient_infra" });
    expect(JSON.stringify(w.log().at(-1))).toMatch(
      /3 hops in a row were lost, the last with: workflow run 3 ended failure/,
    );
    w.append({ event: "run_resumed", by: "ada", reopened: true, lost_attempts: 0 });
    await w.look();
    expect(w.state()).toMatchObject({ ended: null, hop: { status: "planned" } });
  });

  it("R-LIFE-2: a stage that takes its runner down each time ends the run after three hops, though each was settled", async () => {
    const w = world();
    const attempt = { node_id: "work", visit: 1, max: 1, handler: "tool" } as const;
    for (let hop = 1; hop <= 3; hop++) {
      await w.look();
      w.claim(String(hop));
      w.append({ event: "stage_attempt_start", ...attempt, attempt: hop });
      w.append({
        ...{ event: "stage_attempt_end", ...attempt, attempt: hop, status: "fail", duration_ms: 1 },
        ...{ failure_reason: "the process that ran this attempt is gone", failure_class: "transient_infra" },
        evidence: { lost: true },
      });
      w.settle();
      if (hop < 3) await w.look();
    }
    await w.look();
    const end = w.log().at(-1);
    expect(end).toMatchObject({ event: "run_failed", failure_class: "transient_infra" });
    expect(JSON.stringify(end)).toMatch(/3 hops in a row were lost.*look at memory and disk/);
    expect(w.state().hop?.hop).toBe(3);
  });

  it("R-GH-21: where branches are handed on three times and none begins, the end names what may have kept them", async () => {
    const w = world(`digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
      par [shape=component]; join [shape=tripleoctagon]; a [shape=parallelogram, tool_command="x"]; b [shape=parallelogram, tool_command="x"]
      start -> par; par -> a -> join; par -> b -> join; join -> exit }`);
    for (let hop = 1; hop <= 3; hop++) {
      await w.look();
      w.claim(String(hop));
      // What the trunk job writes by itself: whatever the engine decides until a job must do something.
      for (
        let { event } = decide(w.pipeline, w.state());
        event !== null;
        event = decide(w.pipeline, w.state()).event
      )
        if (event.event !== "branch_started") w.append(event);
        else break;
      w.settle();
    }
    await w.look();
    expect(JSON.stringify(w.log().at(-1))).toMatch(/no branch began .*output go did not arrive/);
  });

  it("R-LIFE-2: a hop in which something ended begins that count anew", async () => {
    const w = world(`digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
      a [shape=parallelogram, tool_command="x"]; b [shape=parallelogram, tool_command="x"]; start -> a -> b -> exit }`);
    let nth = 0;
    const hop = async (node: string, ends: "lost" | "success") => {
      await w.look();
      w.claim(String(++nth));
      const attempt = { node_id: node, visit: 1, attempt: nth, max: 1, handler: "tool" } as const;
      w.append({ event: "stage_attempt_start", ...attempt });
      const lost = { status: "fail", failure_reason: "gone", failure_class: "transient_infra" } as const;
      w.append({
        ...{ event: "stage_attempt_end", ...attempt, duration_ms: 1 },
        ...(ends === "lost" ? { ...lost, evidence: { lost: true } } : { status: "success", evidence: {} }),
      });
      w.settle();
      await w.look();
    };
    for (const [node, ends] of [
      ...[["a", "lost"] as const, ["a", "lost"] as const, ["a", "success"] as const],
      ...[["b", "lost"] as const, ["b", "lost"] as const],
    ])
      await hop(node, ends);
    expect(w.state()).toMatchObject({ ended: null, hopsLost: 2, hop: { hop: 6, status: "planned" } });
    await hop("b", "success");
    expect(w.log().at(-1)).toMatchObject({ event: "run_completed" });
  });

  it("R-GH-6: a re-run of the workflow is waited for; when it ends without a claim of its own, the hop is lost and planned again", async () => {
    const w = world();
    await w.look();
    const run = w.claim();
    w.runs.splice(0, 1, { ...run, attempt: 2 });
    await w.look();
    expect(w.names()).not.toContain("hop_lost");
    // "Re-run failed jobs" of a run whose claiming job had passed: nothing claims in the new attempt.
    w.runs.splice(0, 1, { ...run, attempt: 2, completed: true, conclusion: "failure" });
    await w.look();
    expect(w.state().hop).toMatchObject({ hop: 1, epoch: 2, status: "planned" });
  });

  it("R-GH-6: an answer of GitHub that is older than the claim tells nothing", async () => {
    const w = world();
    await w.look();
    const run = w.claim();
    const hop = w.state().hop!;
    w.append({ event: "hop_started", hop: hop.hop, epoch: 2, by: { run_id: run.id, attempt: 2 } });
    w.end(run, "failure");
    await w.look();
    expect(w.names()).not.toContain("hop_lost");
  });

  it("R-LIFE-6: a workflow run that a person cancelled in the Actions tab ends the run as canceled, a timed-out one does not", async () => {
    const canceled = world();
    await canceled.look();
    canceled.end(canceled.claim(), "cancelled");
    await canceled.look();
    expect(canceled.log().at(-1)).toMatchObject({
      event: "run_canceled",
      reason: expect.stringContaining("workflow run 77 was cancelled"),
    });

    const late = world();
    await late.look();
    late.end(late.claim(), "timed_out");
    await late.look();
    expect(late.state()).toMatchObject({ ended: null, hop: { epoch: 2 } });
  });

  it("R-LIFE-6: a workflow run that GitHub calls cancelled and nobody cancelled is lost, and the run goes on", async () => {
    const w = world();
    await w.look();
    const run = w.claim("77", { byPerson: false });
    w.end(run, "cancelled");
    await w.look();
    expect(w.names()).not.toContain("cancellation_requested");
    expect(w.state()).toMatchObject({ ended: null, hop: { epoch: 2, status: "planned" } });
  });

  it("R-GH-18: an environment that its reviewer refused is not asked for again, whether its hop is lost or did something", async () => {
    const refusal = "@ada refused the run's jobs the environment production: not today";
    const lost = world();
    await lost.look();
    lost.end(lost.claim("77", { refusal }), "failure");
    await lost.look();
    const settled = world(undefined, { coordinator: "workflow" });
    await settled.look();
    settled.claim("77", { refusal });
    settled.append({
      ...{ event: "stage_attempt_start", node_id: "start", visit: 1, attempt: 1, max: 1 },
      handler: "start",
    });
    settled.settle();
    await settled.look();
    for (const w of [lost, settled]) {
      expect(JSON.stringify(w.log().at(-1))).toContain(
        "refused the run's jobs the environment production: not today",
      );
      expect(w.log().at(-1)).toMatchObject({ event: "run_failed", failure_class: "deterministic" });
      expect(w.dispatches).toHaveLength(1);
    }
  });

  it("R-LIFE-6: a stop cancels the workflow run, forces it after six minutes, and writes the end once it is gone", async () => {
    const w = world();
    await w.look();
    const run = w.claim();
    w.append({ event: "cancellation_requested", reason: "enough", by: "ada" });
    await w.look();
    w.wait(5 * MINUTE);
    await w.look();
    w.wait(MINUTE);
    await w.look();
    expect(w.calls).toEqual(["cancel 77", "cancel 77", "force 77"]);
    expect(w.names()).not.toContain("run_canceled");
    w.end(run, "cancelled");
    await w.look();
    expect(w.log().at(-1)).toMatchObject({ event: "run_canceled", reason: "enough" });
  });

  it("R-GH-6: two coordinators that see the same loss write it once", async () => {
    const w = world();
    await w.look();
    w.end(w.claim(), "failure");
    await Promise.all([w.look(), w.look({ tried: new Map() }), w.look({ tried: new Map() })]);
    expect(w.names().filter((name) => name === "hop_lost")).toHaveLength(1);
    expect(w.names().filter((name) => name === "hop_planned")).toHaveLength(2);
  });

  it("R-GH-6: a settle that comes while the loss is being written wins", async () => {
    const w = world();
    await w.look();
    w.end(w.claim(), "failure");
    w.memory.before = () => {
      w.attempt("work", "success");
      w.settle();
    };
    await w.look();
    expect(w.names()).not.toContain("hop_lost");
  });
});
