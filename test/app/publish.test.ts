import { describe, expect, it } from "vitest";
import { PullsRefusedError } from "../../github/api/pulls.ts";
import { nextSteps } from "../../github/notify/next-steps.ts";
import { type PublishPorts, publishWork as publish } from "../../github/publish.ts";
import { pipelineOf, play, run, type World, world } from "../core/world.ts";

const GRAPH = `digraph g { start [shape=Mdiamond]; exit [shape=Msquare]
  a [shape=parallelogram, tool_command="true"]; start -> a -> exit [condition="outcome=success"] }`;

const ended = (
  outcome: { status: string; failure_reason?: string; commit?: string },
  onPull: { pull_request?: number; head_sha?: string; head_ref?: string } = {},
): World => {
  const github = { repository: "o/r", graph_sha: "base", workflow_ref: "refs/heads/main", ...onPull };
  const started = { base_sha: "base", run_branch: "attractor/run/c1" };
  return play(world(pipelineOf(GRAPH), { ...started, github: { ...github, durability: "stage" } }), {
    outcomes: { a: [outcome] },
  });
};

/** A repository's branches; only forward moves are taken. */
function branches(at: Record<string, string> = {}, refuse?: number) {
  const refs = new Map(Object.entries(at));
  return {
    refs,
    ref: async (ref: string) => (ref.endsWith("/code") ? "c1" : (refs.get(ref) ?? null)),
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

const nobodyAsks: PublishPorts["pulls"] = {
  from: () => Promise.reject(new Error("not asked for")),
  open: () => Promise.reject(new Error("not asked for")),
};
type As = PublishPorts["config"]["publish"];
const published = (
  git: PublishPorts["git"],
  state: World["state"],
  as: As = "branch",
  pulls: Partial<PublishPorts["pulls"]> = {},
) =>
  publish(
    {
      git,
      pulls: { ...nobodyAsks, ...pulls },
      asJob: false,
      config: { publish: as, run_branch_prefix: "attractor/run" },
    },
    state,
  );
const publishWork = async (...given: Parameters<typeof published>) =>
  (await published(...given))?.said ?? null;

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

  it("R-GH-12: says that a rule keeps the branch from being made, which GitHub answers as if it were there", async () => {
    const git = { ...branches(), createRef: async () => "exists" as const };
    const said = await publishWork(git, ended({ status: "success", commit: "c1" }).state);
    expect(said).toContain("a rule of the repository keeps branch attractor/run/c1");
  });

  it("is no branch when nothing was changed or the run goes on", async () => {
    const git = branches();
    await publishWork(git, ended({ status: "success", commit: "base" }).state);
    await publishWork(git, run(GRAPH, { outcomes: { a: ["success"] } }).state);
    await publishWork(git, world(pipelineOf(GRAPH), { base_sha: "base", run_branch: "x" }).state);
    expect([...git.refs]).toEqual([]);
  });

  const HEAD = "refs/heads/feature";
  const pinned = { pull_request: 7, head_sha: "base", head_ref: "feature" };
  it("R-GH-12: is put on the pull request's head when that is where it was, and again changes nothing", async () => {
    const { state } = ended({ status: "success", commit: "c1" }, pinned);
    const git = branches({ [HEAD]: "base" });
    expect(await publishWork(git, state, "pull_request_head")).toBe("the work is on feature, the head of #7");
    expect(await publishWork(git, state, "pull_request_head")).toContain("is on feature");
    expect([...git.refs]).toEqual([[HEAD, "c1"]]);
  });

  it.each([
    ["a head that moved", { [HEAD]: "newer" }, pinned, {}, "has commits that the run has not seen"],
    ["a head that went back", { [HEAD]: "older" }, pinned, {}, "has commits that the run has not seen"],
    ["a head that cannot be moved", { [HEAD]: "base" }, pinned, { stuck: true }, "was moved while"],
    [
      "a fork's head",
      { [HEAD]: "base" },
      { pull_request: 7, head_sha: "base" },
      {},
      "no pull request of this",
    ],
    ["a head that is gone", {}, pinned, {}, "has commits that the run has not seen"],
    ["no pull request", {}, {}, {}, "no pull request of this"],
  ])(
    "R-GH-12: %s is left alone: the work is on the run's branch, and why is said",
    async (_, at, from, over, why) => {
      const { state } = ended({ status: "success", commit: "c1" }, from);
      const git = branches(at);
      const moveRef = async (ref: string, sha: string) =>
        !(ref === HEAD && "stuck" in over) && git.moveRef(ref, sha);
      const said = await publishWork({ ...git, moveRef }, state, "pull_request_head");
      expect(said).toContain(why);
      expect(said).toContain("the work is on branch attractor/run/c1");
      expect(git.refs.get(REF)).toBe("c1");
      expect(git.refs.get(HEAD)).toBe((at as Record<string, string>)[HEAD]);
    },
  );

  it("R-GH-12: is offered as one pull request, onto the branch that the run began on", async () => {
    const asked: object[] = [];
    const pulls = {
      from: async () => (asked.length === 0 ? null : 9),
      open: async (pull: object) => {
        asked.push(pull);
        return 9;
      },
    };
    const { state } = ended({ status: "success", commit: "c1" });
    for (const _ of [1, 2])
      expect(await publishWork(branches(), state, "pull_request", pulls)).toContain("; pull request #9");
    expect(asked).toMatchObject([{ head: "attractor/run/c1", base: "main" }]);
  });

  it("R-GH-12: says what is missing where no pull request may be opened; what failed is not offered", async () => {
    const { state } = ended({ status: "success", commit: "c1" });
    const refused = {
      from: () => Promise.reject(new PullsRefusedError("opening a pull request is refused")),
    };
    const said = await publishWork(branches(), state, "pull_request", refused);
    expect(said).toMatch(
      /is on branch attractor\/run\/c1; opening a pull request is refused .*pull-requests: write/,
    );
    const failed = ended({ status: "fail", failure_reason: "no", commit: "c1" });
    expect(await publishWork(branches(), failed.state, "pull_request")).toBe(
      "the work is on branch attractor/run/c1",
    );
  });

  it("is the next step where it is: the diff and an offer, the pull request that was opened, or the one it was pushed to", async () => {
    const done = ended({ status: "success", commit: "c1" }, pinned).state;
    const steps = (given: Awaited<ReturnType<typeof published>>) =>
      nextSteps(done, { serverUrl: "https://github.com", published: given }).map(({ why, url }) => [
        why,
        url,
      ]);
    const repo = "https://github.com/o/r";
    expect(steps(await published(branches(), done))).toEqual([
      ["see the work", `${repo}/compare/base...attractor/run/c1`],
      ["open a pull request for it", `${repo}/compare/feature...attractor/run/c1?expand=1`],
      ["run it again", undefined],
    ]);
    const pulls = { from: async () => 9 };
    expect(steps(await published(branches(), done, "pull_request", pulls))[0]).toEqual([
      "see the work in #9",
      `${repo}/pull/9/files`,
    ]);
    expect(steps(await published(branches({ [HEAD]: "base" }), done, "pull_request_head"))[0]).toEqual([
      "see the work on this pull request",
      `${repo}/pull/7/files`,
    ]);
    expect(steps(null)).toHaveLength(3);
    const nothing = ended({ status: "success", commit: "base" }, pinned).state;
    expect(nextSteps(nothing, { serverUrl: "https://github.com" })).toMatchObject([{ why: "run it again" }]);
  });

  const RIGHT =
    "refusing to allow a GitHub App to create or update workflow `.github/workflows/ci.yml` without `workflows` permission";
  it.each([
    ["on a ref", "c1", "git fetch origin refs/attractor/r1/code && git branch attractor/run/c1 c1"],
    ["in the ledger", null, "for f in $(git ls-tree -r --name-only refs/attractor/r1/trunk work/)"],
  ])(
    "R-GH-22: that GitHub refuses for its workflow files, and that is %s, is told with the way to have it",
    async (_, code, command) => {
      const { state } = ended({ status: "success", commit: "c1" });
      const git = {
        ...branches(),
        ref: async (ref: string) => (ref.endsWith("/code") ? code : null),
        createRef: () => Promise.reject(Object.assign(new Error(RIGHT), { status: 403 })),
      };
      const config = { publish: "branch" as const, run_branch_prefix: "attractor/run" };
      const delivery = await publish({ git, pulls: nobodyAsks, asJob: true, config }, state);
      expect(delivery?.said).toContain("pull-request-token");
      expect(delivery?.fetch?.command).toContain(command);
      const pushed: object[] = [];
      const push = async (update: object) => {
        pushed.push(update);
        return null;
      };
      const there = await publish({ git, pulls: nobodyAsks, asJob: true, config, push }, state);
      expect(there?.said).toBe("the work is on branch attractor/run/c1");
      expect(pushed).toEqual([{ ref: REF, from: null, to: "c1" }]);
    },
  );
});
