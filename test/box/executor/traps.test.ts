import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Boxed, createBoxed, jobOf, logOf } from "./support/boxed.ts";
import { oneJob, saidIn } from "./support/text.ts";

let boxed: Boxed;

beforeAll(async () => {
  boxed = await createBoxed({
    ".github/workflows/fixed-name.yml": `
on: workflow_dispatch
jobs:
  work:
    runs-on: ubuntu-latest
    steps:
      - run: echo "from \${{ github.run_attempt }}" > f
      - { uses: actions/upload-artifact@v7, with: { name: result, path: f } }
      - run: test "$GITHUB_RUN_ATTEMPT" != 1
`,
    ".github/workflows/attempt-name.yml": `
on: workflow_dispatch
jobs:
  work:
    runs-on: ubuntu-latest
    steps:
      - run: echo "from \${{ github.run_attempt }}" > f
      - { uses: actions/upload-artifact@v7, with: { name: "result-\${{ github.run_attempt }}", path: f } }
      - run: test "$GITHUB_RUN_ATTEMPT" != 1
`,
    ".github/workflows/upload-in-run.yml": oneJob(`
- uses: actions/checkout@v7
- run: node upload.mjs
`),
    "upload.mjs": `
if (!process.env.ACTIONS_RUNTIME_TOKEN) {
  console.log("Unable to get the ACTIONS_RUNTIME_TOKEN env variable");
  process.exit(1);
}
`,
    ".github/workflows/too-few.yml": oneJob(
      `- run: 'curl -s -o /dev/null -w "SAY %{http_code}" -X POST -H "user-agent: t" -H "authorization: Bearer $T" -d "{}" "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/dispatches"; echo'
  env: { T: "\${{ github.token }}" }
- run: 'curl -s -o /dev/null -w "SAY %{http_code}" -H "user-agent: t" -H "authorization: Bearer $T" "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/git/matching-refs/heads/main"; echo'
  env: { T: "\${{ github.token }}" }
`,
      "permissions: { contents: read }",
    ),
  });
});
afterAll(() => boxed[Symbol.asyncDispose]());

/** Each is a workflow that looks right and fails on GitHub; others of the kind are in the tests of their subject. */
describe("a naive workflow fails in the box as it would on GitHub", () => {
  const newest = () => Math.max(...boxed.repository.runs.keys());

  it("with a fixed artifact name, when failed jobs are re-run", async () => {
    await boxed.run("fixed-name.yml");
    const again = await boxed.rerun(newest(), "failed");
    expect(again.conclusion).toBe("failure");
    expect(logOf(jobOf(again, "work"))).toContain(
      "an artifact with this name already exists on the workflow run",
    );
  });

  it("but not with the attempt in the name", async () => {
    await boxed.run("attempt-name.yml");
    expect((await boxed.rerun(newest(), "failed")).conclusion).toBe("success");
  });

  it("when a run step uploads by the artifact client: the runtime token is for JavaScript actions", async () => {
    const attempt = await boxed.run("upload-in-run.yml");
    expect(attempt.conclusion).toBe("failure");
    expect(logOf(jobOf(attempt, "job"))).toContain("Unable to get the ACTIONS_RUNTIME_TOKEN env variable");
  });

  it("when its token lacks a permission: GitHub answers 403", async () => {
    const attempt = await boxed.run("too-few.yml");
    expect(saidIn(logOf(jobOf(attempt, "job")))).toEqual(["403", "200"]);
  });
});
