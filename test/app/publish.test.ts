import { describe, expect, it } from "vitest";
import { publishWork } from "../../app/publish.ts";
import { pipelineOf, play, run, type World, world } from "../core/world.ts";

const GRAPH = `digraph g { start [shape=Mdiamond]; exit [shape=Msquare]
  a [shape=parallelogram, tool_command="true"]; start -> a -> exit [condition="outcome=success"] }`;

const ended = (outcome: { status: string; failure_reason?: string; commit?: string }): World =>
  play(world(pipelineOf(GRAPH), { base_sha: "base", run_branch: "attractor/run/c1" }), {
    outcomes: { a: [outcome] },
  });

/** A repository's branches; only forward moves are taken. */
function branches(at: Record<string, string> = {}, refuse?: number) {
  const refs = new Map(Object.entries(at));
  return {
    refs,
    createRef: async (ref: string, sha: string) => {
      if (refuse) throw Object.assign(new Error("refused"), { status: refuse });
      if (refs.has(ref)) return "exists" as const;
      refs.set(ref, sha);
      return "created" as const;
    },
    moveRef: async (ref: string, sha: string) => {
      if (refs.get(ref) === "foreign") return false;
      refs.set(ref, sha);
      return true;
    },
  };
}

const REF = "refs/heads/attractor/run/c1";

describe("the work of a run that the app ends", () => {
  it("R-GH-12: is put on the run's branch, also what a failed run left, and moved forward after a resume", async () => {
    const git = branches();
    const failed = ended({ status: "fail", failure_reason: "no", commit: "c1" });
    await publishWork(git, failed.state);
    expect(git.refs.get(REF)).toBe("c1");
    failed.append({ event: "run_resumed", by: "ada", reopened: true, lost_attempts: 0 });
    await publishWork(git, play(failed, { outcomes: { a: [{ status: "success", commit: "c2" }] } }).state);
    expect(git.refs.get(REF)).toBe("c2");
  });

  it("R-GH-12: never replaces commits that the run has not seen, and a rule that refuses the branch ends nothing", async () => {
    const done = ended({ status: "success", commit: "c1" });
    const git = branches({ [REF]: "foreign" });
    await publishWork(git, done.state);
    expect(git.refs.get(REF)).toBe("foreign");
    await publishWork(branches({}, 403), done.state);
    await expect(publishWork(branches({}, 500), done.state)).rejects.toThrow("refused");
  });

  it("is no branch when nothing was changed or the run goes on", async () => {
    const git = branches();
    await publishWork(git, ended({ status: "success", commit: "base" }).state);
    await publishWork(git, run(GRAPH, { outcomes: { a: ["success"] } }).state);
    await publishWork(git, world(pipelineOf(GRAPH), { base_sha: "base", run_branch: "x" }).state);
    expect([...git.refs]).toEqual([]);
  });
});
