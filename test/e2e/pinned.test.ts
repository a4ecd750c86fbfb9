import { existsSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { CALLER_PATH } from "../../github/workflows/init-files.ts";
import { bundleWith } from "./bundle.ts";
import { allRuns, gitOf, ledgerOf, story } from "./inspect.ts";
import { sweepUntilOver, until } from "./moments.ts";
import { bundled, callerText, type Scene, scene } from "./support.ts";

/** A run that stands still in its first hop until it is let go; the second hop has a job of its own. */
async function held() {
  const folder = await mkdtemp(join(tmpdir(), "attractor-held-"));
  // Stages are another user.
  await chmod(folder, 0o777);
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const wait = `mkdir ${folder}/begun; while [ ! -e ${folder}/go ]; do sleep 0.1; done`;
  return {
    graph: graph(wait, "echo old > second.txt"),
    begun: () => until(() => existsSync(join(folder, "begun"))),
    go: () => writeFile(join(folder, "go"), ""),
  };
}

const graph = (first: string, second: string): string => `digraph game { graph [goal="Build the game"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  first [shape=parallelogram, tool_command="${first}"]
  second [shape=parallelogram, tool_command="${second}", timeout="358m"]
  agent [prompt="Do it"]
  start -> first -> second -> agent; agent -> exit [condition="outcome=success"]
}`;

const AGENT = `echo '{"status":"success"}' > "$ATTRACTOR_STATUS_PATH"\n`;
const config = (command: string): string =>
  `version: 1\nllm:\n  providers:\n    ours: { backend: command, command: ${command} }\n`;
const CALLER = callerText();

const commit = (s: Scene, files: Readonly<Record<string, string>>) =>
  s.box.commit(s.repository, { by: s.user, branch: "main", message: "later", files });

async function publish(s: Scene, dist: Readonly<Record<string, string>>): Promise<void> {
  await s.box.commit(s.product, { by: s.user, branch: "v1", message: "release", files: dist });
}

const starts = (s: Scene, run: string) =>
  ledgerOf(s, run).flatMap((event) =>
    event.event === "stage_attempt_start" && event.node_id !== "exit" ? [event.node_id] : [],
  );

describe("a run whose repository moves on", () => {
  it("R-GH-15: keeps its graph and configuration in later hops, and says what is another now", async () => {
    const h = await held();
    const s = await scene({
      "graphs/game.dot": h.graph,
      "agent.sh": AGENT,
      ".github/attractor.yml": config("sh agent.sh"),
    });
    const run = `r${await s.dispatch({ graph: "graphs/game.dot" })}`;
    await h.begun();
    await commit(s, {
      "graphs/game.dot": graph("false", "echo new > second.txt"),
      ".github/attractor.yml": config("exit 1"),
      [CALLER_PATH]: `# Edited\n${CALLER}`,
    });
    await h.go();
    await allRuns(s);
    const log = ledgerOf(s, run);
    expect(log.at(-1), story(s)).toMatchObject({ event: "run_completed" });
    expect(gitOf(s, "show", `refs/attractor/${run}/code:second.txt`)).toBe("old\n");
    const claims = log.flatMap((event) => (event.event === "hop_started" ? [event] : []));
    expect(claims).toHaveLength(2);
    expect(claims[1]?.workflow_sha).toBe(gitOf(s, "rev-parse", "refs/heads/main").trim());
    expect(claims[0]?.workflow_sha).toBe(gitOf(s, "rev-parse", "refs/heads/main~1").trim());
    const said = log.flatMap((event) =>
      event.event === "warning" && event.code === "moved" ? [event.message] : [],
    );
    expect(said).toEqual([
      expect.stringContaining(
        `${CALLER_PATH}, graphs/game.dot, .github/attractor.yml changed since the run began; it keeps the graph`,
      ),
    ]);
    expect(story(s)).toContain(`##[notice]${said[0]}`);
  }, 240_000);

  it("R-GH-15: another major engine touches nothing and names the fix; the one that began it goes on", async () => {
    const h = await held();
    const s = await scene({
      "graphs/game.dot": h.graph,
      "agent.sh": AGENT,
      ".github/attractor.yml": config("sh agent.sh"),
    });
    const first = await s.dispatch({ graph: "graphs/game.dot" });
    const run = `r${first}`;
    await h.begun();
    const next = await bundleWith(/engine\/version\.ts$/, "pkg.version;", `"9.0.0";`);
    await publish(s, next);
    await h.go();
    await allRuns(s);
    // Each job takes the action anew: what comes after the first trunk job is the new engine's already.
    expect(
      ledgerOf(s, run).some(({ event }) => event.startsWith("run_f") || event.startsWith("run_c")),
      story(s),
    ).toBe(false);
    expect(starts(s, run)).not.toContain("second");
    expect(story(s)).toContain("this run was begun by engine 0.1.0; this is 9.0.0");
    expect(story(s)).toContain("call attractor@v0 in its workflow until it has ended");
    await publish(s, bundled());
    await sweepUntilOver(s, run);
    expect(ledgerOf(s, run).at(-1), story(s)).toMatchObject({ event: "run_completed" });
    expect(starts(s, run).filter((node) => node === "first")).toHaveLength(1);
  }, 240_000);
});
