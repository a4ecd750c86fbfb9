import { describe, expect, it } from "vitest";
import { executeCommand } from "../../github/commands/execute.ts";
import { type Scene, scene } from "./support/scene.ts";
import { second } from "./support/second.ts";

const TWO = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  first [shape=parallelogram, tool_command="x"]; second [shape=parallelogram, tool_command="x"]
  start -> first -> second -> exit }`;
/** A run that has ended, and an app that could not say so on the pull request and is gone. */
async function untold(end: "success" | "fail" = "success") {
  const s = await scene(TWO);
  const spared: (() => void)[] = [];
  s.hops.says = (node, nth) => {
    if (node === "first") return "success";
    for (const on of nth === 1 ? (["issues/update-comment", "checks/update"] as const) : [])
      spared.push(s.box.faults.add({ kind: "error-before", on, times: 1000 }));
    return nth === 1 ? end : "success";
  };
  const id = await s.comment("/attractor run g.dot");
  await s.settle();
  await s.app!.close();
  expect(s.sticky(`c${id}`)).toContain("is running");
  const hear = () => {
    for (const spare of spared) spare();
  };
  return { s, run: `c${id}`, hear };
}

describe("the end of a run", () => {
  it("R-GH-6: is told by whoever comes after, when the app died or was not heard while it told", async () => {
    const { s, run, hear } = await untold();
    const repository = await second(s, (pass, ...asked) => pass(...asked));
    await expect(repository.coordinate(run)).rejects.toMatchObject({ status: 502 });
    expect(await repository.openRuns()).toEqual([run]);
    hear();
    await repository.coordinate(run);
    expect(s.sticky(run)).toContain("succeeded");
    expect(s.checks(run)).toMatchObject([{ conclusion: "success" }]);
    expect(await repository.openRuns()).toEqual([]);
  });

  it("is told on the check though the pull request takes no comment, and not tried for ever", async () => {
    const { s, run, hear } = await untold();
    hear();
    const locked = Object.assign(new Error("Unable to create comment because issue is locked."), {
      status: 403,
    });
    const repository = await second(s, async (pass, ...asked) => {
      if (/comments/.test(asked[0]) && !asked[0].startsWith("GET")) throw locked;
      return pass(...asked);
    });
    await expect(repository.coordinate(run)).rejects.toBe(locked);
    expect(s.checks(run)).toMatchObject([{ conclusion: "success" }]);
    expect(await repository.openRuns()).toEqual([]);
    // Its final is left all the same.
    expect(finals(s, run)).toHaveLength(1);
  });

  it("R-GH-2: has its final asked for again when the answer was lost, and once when it was not", async () => {
    const { s, run, hear } = await untold();
    hear();
    let lost = 2;
    const repository = await second(s, async (pass, ...asked) => {
      if (asked[0].endsWith("/dispatches") && lost-- > 0)
        throw Object.assign(new Error("502"), { status: 502 });
      return pass(...asked);
    });
    await repository.coordinate(run);
    await repository.coordinate(run);
    expect(finals(s, run)).toHaveLength(1);
    expect(await repository.openRuns()).toEqual([]);
  });

  it("is shown and not closed by a coordinator that is not the run's", async () => {
    const { s, run, hear } = await untold();
    hear();
    const other = await second(s, (pass, ...asked) => pass(...asked), "workflow");
    await other.coordinate(run);
    expect([finals(s, run), await other.openRuns()]).toEqual([[], [run]]);
    const own = await second(s, (pass, ...asked) => pass(...asked));
    await own.coordinate(run);
    expect([finals(s, run).length, await own.openRuns()]).toEqual([1, []]);
  });

  it("that was taken back while it was told leaves the run open", async () => {
    const { s, run, hear } = await untold("fail");
    hear();
    const repository = await second(s, async (pass, ...asked) => {
      if (asked[0].startsWith("DELETE") && asked[0].includes("/git/refs/")) {
        const ledger = s.hops.ledger(run);
        const { tip } = await ledger.read();
        const resumed = { event: "run_resumed", by: "ada", reopened: true, lost_attempts: 0 };
        await ledger.append(tip, [{ ts: new Date().toISOString(), ...resumed }]);
      }
      return pass(...asked);
    });
    await repository.coordinate(run);
    expect(await repository.openRuns()).toEqual([run]);
  });
});

const finals = (s: Scene, run: string) =>
  [...s.repository.runs.values()].filter(({ title }) => title.endsWith(`${run} hop final.1`));

describe("what a run shows on its pull request", () => {
  it("R-GH-6: is one comment and one living check, though another coordinator made its own at the same moment", async () => {
    const s = await scene(TWO, { started: false });
    const repository = await second(s, async (pass, ...asked) => {
      if (/^POST \S+\/(?:comments|check-runs)$/.test(asked[0])) await pass(...asked);
      return pass(...asked);
    });
    await executeCommand(repository, {
      command: { verb: "run", graph: "g.dot", inputs: {} },
      pullRequest: s.pull,
      actor: "ada",
      source: "comment",
      commandId: "7",
      saidAt: null,
      onHead: null,
    });
    await repository.coordinate("c7");
    const bodies = [...s.repository.comments.values()].map((one) => one.body);
    expect(bodies).toEqual([expect.stringContaining("attractor:run:c7")]);
    expect(s.checks("c7")).toMatchObject([{ conclusion: "neutral" }, { status: "in_progress" }]);
    for (let still = 0; still < 20 && (await repository.coordinate("c7")).status !== "ended"; still++)
      await s.settle();
    expect(s.checks("c7")).toMatchObject([{ conclusion: "neutral" }, { conclusion: "success" }]);
    expect(s.sticky("c7")).toContain("succeeded");
  });

  it("R-GH-4: is a check of its own also when another run of the graph has one on the same head", async () => {
    const s = await scene(TWO);
    s.hops.says = (node) => (node === "second" ? "fail" : "success");
    const one = await s.comment("/attractor run g.dot");
    await s.settle();
    const two = await s.comment("/attractor run g.dot");
    await s.settle();
    await s.app!.close();
    await s.start();
    await s.comment(`/attractor status --run c${one}`);
    await s.comment(`/attractor status --run c${two}`);
    await s.settle();
    expect(s.checks(`c${one}`)).toHaveLength(1);
    expect(s.checks(`c${two}`)).toHaveLength(1);
  });
});
