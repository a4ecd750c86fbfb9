import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { putFiles } from "../../put-files.ts";
import { saidIn } from "./support/text.ts";
import { createWorld, MAIN, runOnce } from "./support/world.ts";

const CALLEE = ".github/workflows/callee.yml";
const called = (caller: string, callee: string, options: Parameters<typeof runOnce>[1] = {}) =>
  runOnce(caller, { ...options, files: { [CALLEE]: callee } });

const RUN = (script: string) => `{ runs-on: ubuntu-latest, steps: [{ run: '${script}' }] }`;

describe("a reusable workflow", () => {
  it("takes inputs and secrets, gives outputs, and knows nothing of its caller's env", async () => {
    await using world = await called(
      `
on: workflow_dispatch
env: { FROM: caller }
jobs:
  first: { runs-on: ubuntu-latest, outputs: { v: "7" }, steps: [{ run: echo }] }
  call:
    needs: first
    uses: ./.github/workflows/callee.yml
    with: { n: "\${{ fromJSON(needs.first.outputs.v) }}" }
    secrets: { KEY: "\${{ secrets.CALLER_KEY }}" }
  after: { needs: call, runs-on: ubuntu-latest, steps: [{ run: 'echo "SAY \${{ needs.call.outputs.sum }} \${{ needs.call.result }}"' }] }
`,
      `
on:
  workflow_call:
    inputs: { n: { type: number, required: true }, word: { type: string, default: standard } }
    secrets: { KEY: { required: true } }
    outputs: { sum: { value: "\${{ jobs.inner.outputs.sum }}" } }
jobs:
  inner:
    runs-on: ubuntu-latest
    outputs: { sum: "\${{ steps.s.outputs.sum }}" }
    steps:
      - id: s
        run: |
          echo "sum=$(( \${{ inputs.n }} + 1 ))" >> "$GITHUB_OUTPUT"
          [ "\${{ secrets.KEY }}" = pass ] && echo "SAY \${{ inputs.word }} [$FROM] \${{ github.workflow_ref }}"
`,
      { secrets: { CALLER_KEY: "pass" } },
    );
    expect(saidIn(world.job(world.id, "call / inner").log)).toEqual([
      "standard [] acme/app/.github/workflows/main.yml@refs/heads/main",
    ]);
    expect(saidIn(world.job(world.id, "after").log)).toEqual(["8 success"]);
  });

  it("gets all secrets by inherit and none by saying nothing", async () => {
    await using world = await called(
      `
on: workflow_dispatch
jobs:
  all: { uses: ./.github/workflows/callee.yml, secrets: inherit }
  none: { uses: ./.github/workflows/callee.yml }
`,
      `
on: workflow_call
jobs:
  inner: ${RUN(`[ -n "\${{ secrets.KEY }}" ] && echo SAY has || echo SAY lacks`)}
`,
      { secrets: { KEY: "pass" } },
    );
    expect(world.run.jobs.map(({ key, log }) => [key, saidIn(log)])).toEqual([
      ["all / inner", ["has"]],
      ["none / inner", ["lacks"]],
    ]);
  });

  it("that fails lets always() jobs after it run", async () => {
    await using world = await called(
      `
on: workflow_dispatch
jobs:
  call: { uses: ./.github/workflows/callee.yml }
  settle: { needs: call, if: always(), runs-on: ubuntu-latest, steps: [{ run: 'echo "SAY \${{ needs.call.result }}"' }] }
`,
      `
on: workflow_call
jobs:
  a: ${RUN("exit 1")}
  b: { needs: a, runs-on: ubuntu-latest, steps: [{ run: echo }] }
`,
    );
    expect(saidIn(world.job(world.id, "settle").log)).toEqual(["failure"]);
    expect(world.job(world.id, "call / b").conclusion).toBe("skipped");
  });

  it("is one skipped job when its caller's if does not hold", async () => {
    await using world = await called(
      "on: workflow_dispatch\njobs: { call: { if: false, uses: ./.github/workflows/callee.yml } }",
      `on: workflow_call\njobs: { a: ${RUN("echo")} }`,
    );
    expect(world.run.jobs.map(({ key, conclusion }) => [key, conclusion])).toEqual([["call", "skipped"]]);
  });

  it("of another repository comes at its ref, and its own ./ calls from there", async () => {
    await using world = await createWorld({
      [MAIN]: "on: workflow_dispatch\njobs: { call: { uses: tools/kit/.github/workflows/callee.yml@main } }",
    });
    world.commit("tools/kit", {
      [CALLEE]: "on: workflow_call\njobs: { inner: { uses: ./.github/workflows/deeper.yml } }",
      ".github/workflows/deeper.yml":
        "on: workflow_call\njobs: { last: { runs-on: ubuntu-latest, steps: [{ uses: tools/kit/act@main }] } }",
      "act/action.yml":
        "name: a\ndescription: a\nruns: { using: composite, steps: [{ run: echo SAY kit, shell: bash }] }",
    });
    const id = world.queue();
    await world.ended(id);
    expect(saidIn(world.job(id, "call / inner / last").log)).toEqual(["kit"]);
  });
});

describe("a repository that is only a folder in the registry", () => {
  it("gives its reusable workflows, and its actions", async () => {
    const folder = mkdtempSync(join(tmpdir(), "product-"));
    putFiles(folder, {
      [CALLEE]:
        "on: workflow_call\njobs: { hop: { runs-on: ubuntu-latest, steps: [{ uses: Our/Product@v1 }] } }",
      "action.yml":
        "name: p\ndescription: p\nruns: { using: composite, steps: [{ uses: Our/Product/job@v1 }] }",
      "job/action.yml": "name: j\ndescription: j\nruns: { using: node24, main: main.js }",
      "job/main.js": 'console.log("SAY " + process.env.GITHUB_ACTION_REPOSITORY)',
    });
    await using world = await runOnce(
      "on: workflow_dispatch\njobs: { call: { uses: Our/Product/.github/workflows/callee.yml@v1 } }",
      { executor: { registry: new Map([["our/product", { folder, refs: "any", strict: false }]]) } },
    );
    rmSync(folder, { recursive: true });
    expect(saidIn(world.job(world.id, "call / hop").log)).toEqual(["Our/Product"]);
  });
});

describe("a run that cannot start has no jobs and says why", () => {
  const startup = async (caller: string, callee = `on: workflow_call\njobs: { a: ${RUN("echo")} }`) => {
    await using world = await called(caller, callee);
    expect(world.run.conclusion).toBe("startup_failure");
    expect(world.run.jobs).toEqual([]);
    return world.executor.problems(world.id).join("\n");
  };
  const caller = (job: string, top = "") =>
    `on: workflow_dispatch\n${top}\njobs:\n  call: { uses: ./.github/workflows/callee.yml, ${job} }`;

  it("when a called job asks for more than its caller has, even on a skipped job (PermissionsHelper)", async () => {
    const callee = `on: workflow_call\njobs: { a: { permissions: { contents: write }, runs-on: ubuntu-latest, steps: [{ run: echo }] } }`;
    const top = "permissions: { contents: read, checks: write }";
    expect(await startup(caller("if: false", top), callee)).toContain(
      "The nested job 'a' is requesting 'contents: write', but is only allowed 'contents: read'.",
    );
  });

  it("when the called file as a whole asks for more, the repository's default included", async () => {
    const callee = `on: workflow_call\npermissions: { actions: write }\njobs: { a: ${RUN("echo")} }`;
    expect(await startup(caller("name: c"), callee)).toContain(
      "The workflow is requesting 'actions: write', but is only allowed 'actions: none'.",
    );
  });

  it("when an input or a secret is unknown or missing", async () => {
    const needy = `on: { workflow_call: { inputs: { n: { type: number, required: true } }, secrets: { K: { required: true } } } }\njobs: { a: ${RUN("echo")} }`;
    expect(await startup(caller("with: { nope: 1 }"))).toContain("Invalid input, nope is not defined");
    expect(await startup(caller("secrets: { NOPE: x }"))).toContain("Invalid secret, NOPE is not defined");
    expect(await startup(caller("secrets: { K: x }"), needy)).toContain(
      "Input n is required, but not provided",
    );
    expect(await startup(caller("with: { n: 1 }"), needy)).toContain(
      "Secret K is required, but not provided",
    );
  });

  it("when the called file is missing, is no callable workflow, or calls itself without end", async () => {
    expect(
      await startup("on: workflow_dispatch\njobs: { c: { uses: ./.github/workflows/gone.yml } }"),
    ).toContain("workflow was not found");
    expect(await startup(caller("name: c"), `on: push\njobs: { a: ${RUN("echo")} }`)).toContain(
      "workflow_call key is not defined",
    );
    expect(
      await startup(
        caller("name: c"),
        "on: workflow_call\njobs: { again: { uses: ./.github/workflows/callee.yml } }",
      ),
    ).toContain("Nested reusable workflow depth exceeded 9");
  });

  const broken = async (workflow: string) => {
    await using world = await runOnce(workflow);
    expect(world.run.conclusion).toBe("startup_failure");
    expect(world.run.jobs).toEqual([]);
    return world.executor.problems(world.id).join("\n");
  };
  const job = (body: string) => `on: workflow_dispatch\njobs:\n  a: { runs-on: ubuntu-latest, ${body} }`;

  it.each([
    ["an unknown key", job("stepz: []"), "Unexpected value 'stepz'"],
    ["an unknown need", job("needs: [b], steps: [{ run: echo }]"), "no dependencies"],
    ["a context that is not there", job(`steps: [{ run: "echo \${{ matrx.a }}" }]`), "matrx"],
    ["secrets in an if", job(`if: "secrets.X != ''", steps: [{ run: echo }]`), "secrets"],
    ["an unknown permission", job("permissions: { content: read }, steps: [{ run: echo }]"), "content"],
    [
      "services",
      job("services: { db: { image: x } }, steps: [{ run: echo }]"),
      "the box does not support `services`",
    ],
    ["a docker step", job("steps: [{ uses: docker://alpine }]"), "the box runs no containers"],
    [
      "a uses without ref",
      job("steps: [{ uses: actions/checkout }]"),
      "Expected format {org}/{repo}[/path]@ref",
    ],
    [
      "queue: max with cancel-in-progress",
      `concurrency: { group: g, cancel-in-progress: true, queue: max }\n${job("steps: [{ run: echo }]")}`,
      "cannot be combined",
    ],
    [
      "26 dispatch inputs",
      `on: { workflow_dispatch: { inputs: { ${Array.from({ length: 26 }, (_, n) => `i${n}: {}`).join(", ")} } } }\njobs: { a: ${RUN("echo")} }`,
      "you may only define up to 25",
    ],
    [
      "a file above 500 KB",
      `${job("steps: [{ run: echo }]")}\n#${"x".repeat(512_000)}`,
      "larger than 500 KB",
    ],
    ["no YAML", "on: [", ""],
  ])("when the file has %s", async (_what, workflow, message) => {
    expect(await broken(workflow)).toContain(message);
  });
});
