/** Jobs as a user's configuration wants them: an environment with a reviewer, a container, steps of their own. */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { defaultJobs } from "../../engine/config/jobs.ts";
import { CALLER_PATH, workflowFiles } from "../../github/workflows/init-files.ts";
import { allRuns, gitOf, ledgerOf, story } from "./inspect.ts";
import { callerText, scene } from "./support.ts";

const GRAPH = `digraph g { graph [goal="g"]
  start [shape=Mdiamond]; exit [shape=Msquare]; par [shape=component]; join [shape=tripleoctagon, merge=all]
  left [shape=parallelogram, tool_command="echo L > left.txt"]; right [shape=parallelogram, tool_command="echo R > right.txt"]
  start -> par; par -> left -> join; par -> right -> join; join -> exit }`;

/** This machine's programs without a Node: the action finds the runner's. */
function imageWithoutNode(): string {
  const place = mkdtempSync(join(tmpdir(), "image-"));
  onTestFinished(() => rmSync(place, { recursive: true, force: true }));
  const programs = new Map<string, string>();
  // Two of these may be one folder, and what is in there may lead nowhere.
  for (const folder of ["/usr/sbin", "/usr/bin", "/sbin", "/bin"].filter((path) => existsSync(path)))
    for (const name of readdirSync(folder)) programs.set(name, join(folder, name));
  for (const [name, path] of programs)
    if (!/^(node|npm|npx)/.test(name)) symlinkSync(path, join(place, name));
  chmodSync(place, 0o755);
  return place;
}

it("R-GH-17: in a container without Node, after a step of the user's own, once a reviewer of the environment lets each job begin", async () => {
  const caller = callerText({
    environment: "production",
    container: "tools:1",
    steps: [{ run: "echo prepared" }],
  });
  const s = await scene(
    { "graphs/g.dot": GRAPH, [CALLER_PATH]: caller },
    {
      images: new Map([["tools:1", { path: imageWithoutNode() }]]),
    },
  );
  s.box.setEnvironment(s.repository, "production", { reviewers: [s.user] });
  const asked: string[] = [];
  let answering = false;
  s.box.onEvent(({ name, action, payload }) => {
    if (name !== "workflow_job" || action !== "waiting") return;
    const { run_id, name: job } = payload.workflow_job as { run_id: number; name: string };
    asked.push(job);
    // One answer is for all jobs of the run that wait.
    if (answering) return;
    answering = true;
    setImmediate(() => {
      answering = false;
      s.box.browser.reviewDeployment(s.user, run_id, "production", "approved");
    });
  });
  const id = await s.dispatch({ graph: "graphs/g.dot" });
  await allRuns(s);
  expect(ledgerOf(s, `r${id}`).at(-1), story(s)).toMatchObject({ event: "run_completed" });
  expect(gitOf(s, "ls-tree", "--name-only", `refs/heads/attractor/run/r${id}`)).toMatch(
    /left.txt\nright.txt/,
  );
  expect(asked.length).toBeGreaterThanOrEqual(3);
}, 240_000);

it("R-GH-17: by a fork's commit, where settings let selected actions run and want each by its commit", async () => {
  const s = await scene({ "graphs/g.dot": GRAPH });
  const acme = s.box.user("acme");
  const fork = await s.box.fork(s.product, acme);
  const commit = execFileSync("git", ["rev-parse", "v1"], { cwd: fork.gitDir, encoding: "utf8" }).trim();
  const begin = async (ref: string) => {
    const action = `acme/attractor@${ref}`;
    const files = Object.fromEntries(
      workflowFiles({ action, jobs: defaultJobs() }).map(({ path, text }) => [path, text]),
    );
    await s.box.commit(s.repository, { by: s.user, message: ref, files });
    const id = await s.dispatch({ graph: "graphs/g.dot" });
    await allRuns(s);
    return s.repository.runs.get(id)!;
  };
  s.box.setActions(s.repository, {
    ...{ allowed: "selected", githubOwned: false, shaPinning: true },
    patterns: ["acme/attractor@*", "actions/upload-artifact@*"],
  });
  expect((await begin("v1")).attempts[0]?.conclusion, story(s)).toBe("failure");
  expect(story(s)).toContain("pinned to a full-length commit SHA");
  const run = await begin(commit);
  expect(ledgerOf(s, `r${run.id}`).at(-1), story(s)).toMatchObject({ event: "run_completed" });
}, 240_000);
