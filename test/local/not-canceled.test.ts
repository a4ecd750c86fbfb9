/** Real processes that say they were canceled, or that a stranger ended: the run has failed (R-FAIL-4). */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli, finalOf, folder, graph, named, ran, repository, tool } from "./world.ts";

const SAYS_SO = `echo '{"status":"fail","failure_reason":"stopped","failure_class":"canceled"}' > "$ATTRACTOR_STATUS_PATH"; exit 1`;

describe("a stage that the run did not cancel", () => {
  it.each([
    ["says so on its way out", "echo 'rpc error: context canceled' >&2; exit 1", "context canceled"],
    ["says so in its status file", SAYS_SO, "stopped"],
    ["is ended by a stranger's SIGTERM", "kill -TERM $$", "killed by SIGTERM"],
  ])("R-FAIL-4: %s: no success at the exit, in a branch or at a join", async (_, command, reason) => {
    const alone = await ran(graph(`${tool("gate", command)}; s -> gate -> e`));
    expect(alone.final).toMatchObject({
      status: "fail",
      failed_node: "gate",
      failure_class: "deterministic",
      failure_reason: expect.stringContaining(reason),
    });
    const joined = await ran(
      graph(`par [shape=component]; j [shape=tripleoctagon]; ${tool("a", command)}; ${tool("b", command)}
        s -> par; par -> a -> j; par -> b -> j; j -> e`),
    );
    expect(joined.final).toMatchObject({ status: "fail", failed_node: "j", failure_class: "deterministic" });
    expect(joined.final?.branches.map(({ status }) => status)).toEqual(["fail", "fail"]);
  });

  it("R-FAIL-4: exit code 1, and the loop over it ends at the third time", () => {
    const source = graph(`${tool("work", SAYS_SO)}; s -> work; work -> e [condition="outcome=success"]
      work -> work [condition="outcome=fail"]`);
    const root = join(folder(), "run");
    const repo = repository({ "g.dot": source });
    expect(cli(repo, "run", "g.dot", "--logs-root", root).code).toBe(1);
    expect(finalOf(root)).toMatchObject({ status: "fail", node_visits: { work: 3 } });
  });

  it("R-FAIL-4: killed by a stranger's SIGKILL is of the surroundings, and tried again", async () => {
    const mark = join(folder(), "mark");
    const command = `[ -e ${mark} ] && exit 0; touch ${mark}; kill -KILL $$`;
    const attrs = "max_retries=1, retry.backoff.initial_delay_ms=1";
    const { final, log } = await ran(graph(`${tool("work", command, attrs)}; s -> work -> e`));
    expect(named(log, "stage_attempt_end").find(({ node_id }) => node_id === "work")).toMatchObject({
      failure_class: "transient_infra",
      evidence: { signal: "SIGKILL" },
    });
    expect(final).toMatchObject({ status: "success", node_retries: { work: 1 } });
  });

  it("R-FAIL-4: in a manager's child, fails the child and its manager", async () => {
    const child = graph(`${tool("inner", "echo 'context canceled' >&2; exit 1")}; s -> inner -> e`);
    const { final } = await ran(
      graph(
        `m [shape=house, "stack.child_dotfile"="child.dot", "manager.poll_interval"="50ms"]; s -> m -> e`,
      ),
      { workdir: repository({ "child.dot": child }) },
    );
    expect(final).toMatchObject({ status: "fail", failed_node: "m", failure_class: "deterministic" });
  });
});
