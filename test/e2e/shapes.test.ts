/** What docs/shapes.md says of the shapes that repositories and their workflows have. */

import { describe, expect, it } from "vitest";
import { allRuns, begunBy, gitOf, ledgerOf, story } from "./inspect.ts";
import { OWN_PATH, runOwn } from "./own-workflow.ts";
import { openPull } from "./pull.ts";
import { type Scene, scene } from "./support.ts";

/** In a package of a monorepo: it goes to where it works. */
const CHECK = `digraph check { goal="Check the package"; start [shape=Mdiamond]; exit [shape=Msquare]
  check [shape=parallelogram, tool_command="cd packages/api && ls > files.txt"]; start -> check -> exit }`;

const job = (more = "") => `    runs-on: ubuntu-latest
    permissions: { contents: write }
    defaults: { run: { working-directory: packages/api } }
    steps:
      - uses: attractor/attractor@v1
        with: { graph: packages/api/check.dot${more} }
`;
const own = (on: string, more = "") => `name: Own\non: ${on}\npermissions: {}\njobs:\n  check:\n${job(more)}`;

const monorepo = (files: Readonly<Record<string, string>>): Promise<Scene> =>
  scene({ "packages/api/check.dot": CHECK, "packages/api/a.txt": "a", "packages/web/w.txt": "w", ...files });

const commit = (s: Scene, path: string, branch?: string) =>
  s.box.commit(s.repository, {
    ...{ by: s.user, message: "more", files: { [path]: "more\n" } },
    ...(branch === undefined ? {} : { branch }),
  });

/** The one run of the newest workflow run. */
async function onlyRun(s: Scene): Promise<string> {
  const runs = await allRuns(s);
  const id = Math.max(...runs.map((run) => run.id));
  const [run = ""] = begunBy(s, id);
  expect(ledgerOf(s, run).at(-1), story(s)).toMatchObject({ event: "run_completed" });
  return run;
}

const branchOf = (run: string) => `refs/heads/attractor/run/${run}`;

describe("a repository and its workflows", () => {
  it("R-GH-20: on: push in a monorepo runs in the folder that a stage goes to, and starts nothing by its own branch", async () => {
    const s = await monorepo({ [OWN_PATH]: own("push") });
    const before = (await allRuns(s)).length;
    await commit(s, "packages/api/b.txt");
    const run = await onlyRun(s);
    expect(gitOf(s, "show", `${branchOf(run)}:packages/api/files.txt`)).toBe(
      "a.txt\nb.txt\ncheck.dot\nfiles.txt\n",
    );
    expect(await allRuns(s)).toHaveLength(before + 1);
  }, 120_000);

  it("R-GH-20: on: schedule begins a run each time, also where the default token only reads", async () => {
    const s = await monorepo({ [OWN_PATH]: own("{ schedule: [{ cron: '0 3 * * *' }] }") });
    expect(s.repository.defaultWorkflowPermissions).toBe("read");
    for (const n of [1, 2]) {
      s.box.clock.advance(24 * 3_600_000);
      await onlyRun(s);
      expect(await allRuns(s)).toHaveLength(n);
    }
    expect(gitOf(s, "for-each-ref", branchOf("*")).trim().split("\n")).toHaveLength(2);
  }, 120_000);

  it.each([
    ["", "its merge with the base branch", true],
    [`, ref: '\${{ github.head_ref }}'`, "its head", false],
  ])(
    "R-GH-20: on: pull_request%s works on %s",
    async (ref, _, merged) => {
      const s = await monorepo({ [OWN_PATH]: own("pull_request", ref) });
      await commit(s, "packages/api/head.txt", "feature");
      await commit(s, "packages/api/base.txt");
      await openPull(s, { files: null });
      const files = gitOf(s, "show", `${branchOf(await onlyRun(s))}:packages/api/files.txt`);
      expect(files).toContain("head.txt");
      expect(files.includes("base.txt")).toBe(merged);
    },
    120_000,
  );

  it("R-GH-20: a workflow of the organisation's own that others call runs in the caller's repository", async () => {
    const s = await monorepo({
      [OWN_PATH]: `name: Own\non: workflow_dispatch\npermissions: {}\njobs:
  check: { uses: ada/shared/.github/workflows/check.yml@main, permissions: { contents: write } }\n`,
    });
    await s.box.createRepository({
      ...{ owner: s.user, name: "shared", private: false },
      files: { ".github/workflows/check.yml": `on: workflow_call\njobs:\n  check:\n${job()}` },
    });
    await runOwn(s);
    expect(gitOf(s, "show", `${branchOf(await onlyRun(s))}:packages/api/files.txt`)).toContain("a.txt");
  }, 120_000);

  it("R-GH-18: a push that has a run of hops dispatches the workflow of hops, which goes on by itself", async () => {
    const s = await monorepo({
      [OWN_PATH]: `name: Own\non: { push: { branches: [main] } }\npermissions: {}\njobs:
  begin:
    runs-on: ubuntu-latest
    permissions: { actions: write }
    steps:
      - shell: node {0}
        run: |
          const { GITHUB_API_URL: api, GITHUB_REPOSITORY: at, GITHUB_REF: ref, TOKEN } = process.env;
          fetch(api + "/repos/" + at + "/actions/workflows/attractor-run.yml/dispatches", {
            method: "POST",
            headers: { authorization: "Bearer " + TOKEN },
            body: JSON.stringify({ ref, inputs: { graph: "packages/api/check.dot" } }),
          }).then(({ status }) => { process.exitCode = status < 300 ? 0 : 1; });
        env: { TOKEN: "\${{ github.token }}" }\n`,
    });
    await commit(s, "packages/api/b.txt");
    const runs = await allRuns(s);
    const id = Math.max(...runs.map((run) => run.id));
    expect(ledgerOf(s, `r${id}`).at(-1), story(s)).toMatchObject({ event: "run_completed" });
  }, 120_000);
});
