/** A run that went on without branches that failed, or that was refused a restart, says so at its end. */
import { describe, expect, it } from "vitest";
import { partialWarning } from "../../action/output/partial-warning.ts";
import { account } from "../../cli/screen/account.ts";
import { finalOf } from "../../engine/ledger/projections/final.ts";
import { reportOf } from "../../engine/report/from-state.ts";
import { renderMarkdown } from "../../engine/report/markdown.ts";
import { frame, tool } from "./graphs.ts";
import { ended, run, type World } from "./world.ts";

const fan = (par = "", tail = "join -> after -> exit") =>
  frame(`par [shape=component ${par}]; join [shape=tripleoctagon]; ${tool("a")}; ${tool("b")}; ${tool("c")}; ${tool("after")}
    start -> par; par -> a -> join; par -> b -> join; par -> c -> join; ${tail}`);

const markdown = (w: World) =>
  renderMarkdown(
    reportOf(w.state, w.pipeline, { findings: [], next: [], links: [] }),
    (text) => text,
    60_000,
  );
const onScreen = (w: World) =>
  account({ root: "/x", runId: "r1", live: null, final: finalOf(w.state), run: w });

describe("a join that went on without branches that failed", () => {
  it("R-FAN-5, R-FAIL-1: the final is a partial success that names them; so do report, screen and workflow page", () => {
    const w = run(fan(), { outcomes: { a: ["fail: alpha"], c: ["fail: gamma"] } });
    const failed = ["par/v1/01-a", "par/v1/03-c"];
    expect(finalOf(w.state)).toMatchObject({
      status: "success",
      outcome: "partial_success",
      failed_branches: failed,
    });
    expect(markdown(w).split("\n")[0]).toContain("succeeded without 2 branches that failed");
    for (const said of [markdown(w), onScreen(w), partialWarning(w.state) ?? ""])
      for (const key of failed) expect(said).toContain(key);
    expect(onScreen(w)).toContain("partial_success");
    expect(partialWarning(w.state)).toMatch(/^partial_success: /);
  });

  it("R-FAN-5: a whole success says nothing of the kind", () => {
    for (const w of [
      run(fan()),
      run(fan(', error_policy="ignore"'), { outcomes: { a: ["fail: allowed"] } }),
      run(fan(', join_policy="first_success"'), { outcomes: { a: ["fail: allowed"] } }),
    ]) {
      expect(finalOf(w.state)).not.toHaveProperty("outcome");
      expect(finalOf(w.state)).not.toHaveProperty("failed_branches");
      expect(markdown(w)).not.toContain("Partial success");
      expect(partialWarning(w.state)).toBeNull();
    }
  });

  it("R-FAN-5: the last visit of a fan-out counts, and the joins of a run's end add up", () => {
    const again = fan(
      "",
      'join -> after; after -> exit [condition="outcome=success"]; after -> par [condition="outcome=fail"]',
    );
    const fixed = run(again, { outcomes: { a: ["fail: once", "success"], after: ["fail: no", "success"] } });
    expect(ended(fixed)?.event).toBe("run_completed");
    expect(finalOf(fixed.state)).not.toHaveProperty("outcome");
    const worse = run(again, { outcomes: { b: ["success", "fail: later"], after: ["fail: no", "success"] } });
    expect(finalOf(worse.state).failed_branches).toEqual(["par/v2/02-b"]);
    const chained = run(
      frame(`p [shape=component]; j [shape=tripleoctagon]; q [shape=component]; k [shape=tripleoctagon]
        ${tool("a")}; ${tool("b")}; ${tool("c")}; ${tool("d")}
        start -> p; p -> a -> j; p -> b -> j; j -> q; q -> c -> k; q -> d -> k; k -> exit`),
      { outcomes: { a: ["fail: x"], d: ["fail: y"] } },
    );
    expect(finalOf(chained.state).failed_branches).toEqual(["p/v1/01-a", "q/v1/02-d"]);
  });

  it("R-FAN-7: what a join inside a branch went on without comes up to the run's end", () => {
    const w = run(
      frame(`outer [shape=component]; oj [shape=tripleoctagon]; inner [shape=component]; ij [shape=tripleoctagon]
        ${tool("x")}; ${tool("y")}; ${tool("z")}; start -> outer; outer -> inner; inner -> x -> ij; inner -> y -> ij; ij -> oj
        outer -> z -> oj; oj -> exit`),
      { outcomes: { y: ["fail: deep"] } },
    );
    const final = finalOf(w.state);
    expect(final).toMatchObject({
      status: "success",
      outcome: "partial_success",
      failed_branches: ["outer/v1/01-inner/inner/v1/02-y"],
    });
    expect(final.branches.find(({ key }) => key === "outer/v1/01-inner")).toMatchObject({
      failed_branches: ["outer/v1/01-inner/inner/v1/02-y"],
    });
  });

  it("R-BRK-6: a restart after it forgets it with the work", () => {
    const w = run(
      fan(
        "",
        'join -> after; after -> exit [condition="outcome=success"]; after -> again [condition="outcome=fail", loop_restart=true]; again [shape=parallelogram, tool_command="true"]; again -> par',
      ),
      {
        outcomes: {
          a: ["fail: once", "success"],
          after: [{ status: "fail", failure_reason: "late", evidence: { timed_out: true } }, "success"],
        },
      },
    );
    expect(finalOf(w.state)).toMatchObject({ status: "success", restarts: 1 });
    expect(finalOf(w.state)).not.toHaveProperty("outcome");
  });
});

describe("a restart that was refused", () => {
  const loop = `${tool("work")}; work -> work [condition="outcome=fail", loop_restart=true]`;

  it("R-BRK-6: the final says which, beside the cause in its own words; so do report and screen", () => {
    const w = run(frame(`${loop}; start -> work; work -> exit [condition="outcome=success"]`), {
      outcomes: { work: ["fail: exit 1"] },
    });
    expect(finalOf(w.state)).toMatchObject({
      status: "fail",
      failure_reason: "exit 1",
      loop_restart_blocked: { node_id: "work", target_node: "work" },
    });
    expect(markdown(w)).toMatch(/The restart from .*work.* at .*work.* was refused/);
    expect(onScreen(w)).toContain("the restart from work at work was refused");
    const plain = run(frame(`${tool("work")}; start -> work -> exit`), { outcomes: { work: ["fail: x"] } });
    expect(finalOf(plain.state)).not.toHaveProperty("loop_restart_blocked");
    expect(markdown(plain)).not.toContain("refused");
  });

  it("R-BRK-6: in a branch, that branch says so", () => {
    const w = run(
      frame(`par [shape=component]; join [shape=tripleoctagon]; ${loop}; ${tool("b")}
        start -> par; par -> work; work -> join [condition="outcome=success"]; par -> b -> join; join -> exit`),
      { outcomes: { work: ["fail: exit 1"] } },
    );
    expect(finalOf(w.state)).toMatchObject({
      outcome: "partial_success",
      branches: [
        { key: "par/v1/01-work", loop_restart_blocked: { node_id: "work", target_node: "work" } },
        {},
      ],
    });
  });
});
