import { describe, expect, it } from "vitest";
import { oneJob, saidIn } from "./support/text.ts";
import { createWorld, MAIN, type World } from "./support/world.ts";

const NODE_ACTION = `
name: node
description: prints
inputs:
  who: { default: nobody }
  two words: {}
outputs: { said: { description: x } }
runs: { using: node24, pre: pre.js, main: main.js, post: post.js, post-if: "true" }
`;
const say = (what: string) => `console.log("SAY " + ${what});`;
const NODE_FILES = {
  "node/action.yml": NODE_ACTION,
  "node/pre.js": say('"pre " + process.env.INPUT_WHO'),
  "node/main.js": `
const fs = require("node:fs");
${say('["main", process.env.INPUT_WHO, process.env["INPUT_TWO_WORDS"]].join(" ")')}
${say('(process.env.ACTIONS_RUNTIME_TOKEN ? "runtime" : "none") + " " + (process.env.ACTIONS_RESULTS_URL ? "results" : "none")')}
fs.appendFileSync(process.env.GITHUB_OUTPUT, "said=" + process.env.INPUT_WHO + "\\n");
fs.appendFileSync(process.env.GITHUB_STATE, "kept=" + process.env.INPUT_WHO + "\\n");
`,
  "node/post.js": say('"post " + process.env.STATE_kept'),
};

/** A world whose \`tools/kit\` repository holds the files; answers what the one job said. */
async function using(
  kit: Readonly<Record<string, string>>,
  steps: string,
  own: Readonly<Record<string, string>> = {},
): Promise<{ readonly world: World; readonly id: number; readonly said: readonly string[] }> {
  const world = await createWorld({ [MAIN]: oneJob(steps), ...own });
  world.commit("tools/kit", kit);
  const id = world.queue();
  await world.ended(id);
  return { world, id, said: saidIn(world.job(id, "job").log) };
}

describe("a JavaScript action", () => {
  it("runs pre first and post last in reverse order, with inputs, state and the runtime token", async () => {
    const { world, id, said } = await using(
      NODE_FILES,
      `
- run: echo SAY step
- uses: tools/kit/node@main
  id: a
  with: { who: ann, two words: "1 2" }
- uses: tools/kit/node@main
- run: echo "SAY \${{ steps.a.outputs.said }}"
`,
    );
    await using _ = world;
    expect(said).toEqual([
      "pre ann",
      "pre nobody",
      "step",
      "main ann 1 2",
      "runtime results",
      "main nobody ",
      "runtime results",
      "ann",
      "post nobody",
      "post ann",
    ]);
    expect(world.job(id, "job").steps.map(({ name }) => name)).toContain("Post Run tools/kit/node@main");
  });

  it("warns of inputs that it does not know, as on GitHub", async () => {
    const { world, id } = await using(NODE_FILES, `- { uses: tools/kit/node@main, with: { whom: x } }`);
    await using _ = world;
    expect(world.job(id, "job").annotations[0]?.message).toContain("Unexpected input(s) 'whom'");
    expect(world.job(id, "job").conclusion).toBe("success");
  });

  it("owes no post when its main was skipped", async () => {
    const { world, said } = await using(
      {
        "node/action.yml": NODE_ACTION.replace("pre: pre.js, ", ""),
        "node/main.js": "",
        "node/post.js": say('"post"'),
      },
      `- { uses: tools/kit/node@main, if: "false" }`,
    );
    await using _ = world;
    expect(said).toEqual([]);
  });

  it("runs its post after a failure too", async () => {
    const { world, id, said } = await using(
      { ...NODE_FILES, "node/main.js": "process.exit(1)" },
      `- { uses: tools/kit/node@main }`,
    );
    await using _ = world;
    expect(said.at(-1)).toBe("post undefined");
    expect(world.job(id, "job").conclusion).toBe("failure");
  });
});

describe("what `uses` names", () => {
  it.each([
    ["tools/kit/node@v9", "unable to find version `v9`"],
    ["nobody/nothing@v1", "repository not found"],
    ["tools/kit/nowhere@main", "Can't find 'action.yml'"],
    ["./missing", "Did you forget to run actions/checkout"],
  ])("fails the job when it does not exist: %s", async (uses, message) => {
    const { world, id } = await using(NODE_FILES, `- { uses: "${uses}" }`);
    await using _ = world;
    expect(world.job(id, "job").conclusion).toBe("failure");
    expect(
      world
        .job(id, "job")
        .annotations.map((one) => one.message)
        .join(),
    ).toContain(message);
  });

  it.each([
    [
      "a container",
      "name: x\ndescription: x\nruns: { using: docker, image: Dockerfile }",
      "not `using: docker`",
    ],
    ["an old Node", "name: x\ndescription: x\nruns: { using: node16, main: x.js }", "not `using: node16`"],
    ["a typo", "name: x\ndescription: x\nruns: { using: composite, stepz: [] }", "Unexpected value"],
    [
      "a timeout inside a composite",
      "name: x\ndescription: x\nruns: { using: composite, steps: [{ run: echo, shell: bash, timeout-minutes: 1 }] }",
      "timeout-minutes",
    ],
  ])("is an error and never skipped when the box cannot run it: %s", async (_what, action, message) => {
    const { world, id } = await using({ "x/action.yml": action }, `- { uses: tools/kit/x@main }`);
    await using _ = world;
    expect(world.job(id, "job").conclusion).toBe("failure");
    expect(world.job(id, "job").annotations[0]?.message).toContain(message);
  });
});

describe("a composite action", () => {
  const composite = (steps: string, rest = "") => ({
    "c/action.yml": `
name: c
description: x
inputs: { in: { default: standard, required: true } }
${rest}
runs:
  using: composite
  steps:
${steps}
`,
  });

  it("has inputs, a steps context of its own and outputs; no secrets and no INPUT_ variables", async () => {
    const { world, said } = await using(
      composite(
        `
    - id: s
      shell: bash
      run: |
        echo "v=\${{ inputs.in }}" >> "$GITHUB_OUTPUT"
        echo "SAY [$INPUT_IN]"
`,
        `outputs: { out: { description: x, value: "got \${{ steps.s.outputs.v }}" } }`,
      ),
      `
- { id: c, uses: tools/kit/c@main, with: { in: given } }
- { id: d, uses: tools/kit/c@main }
- run: echo "SAY \${{ steps.c.outputs.out }}, \${{ steps.d.outputs.out }}, [\${{ steps.s.outputs.v }}]"
`,
    );
    await using _ = world;
    expect(said).toEqual(["[]", "[]", "got given, got standard, []"]);
  });

  it("goes on inside after a failure only where a condition asks for it, and fails as a whole", async () => {
    const { world, id, said } = await using(
      composite(`
    - { run: exit 1, shell: bash }
    - { run: echo SAY never, shell: bash }
    - { run: echo SAY failure, shell: bash, if: failure() }
    - { run: echo SAY always, shell: bash, if: always() }
`),
      `
- { id: c, uses: tools/kit/c@main, continue-on-error: true }
- run: echo "SAY \${{ steps.c.outcome }} \${{ steps.c.conclusion }}"
`,
    );
    await using _ = world;
    expect(said).toEqual(["failure", "always", "failure success"]);
    expect(world.job(id, "job").conclusion).toBe("success");
  });

  it("starts with a clean status of its own after the job failed", async () => {
    const { world, said } = await using(
      composite(`
    - { run: echo SAY inside, shell: bash }
    - { run: echo SAY failed, shell: bash, if: failure() }
`),
      `
- run: exit 1
- { uses: tools/kit/c@main, if: always() }
`,
    );
    await using _ = world;
    expect(said).toEqual(["inside"]);
  });

  it("hands its env down, and its GITHUB_ENV on", async () => {
    const { world, said } = await using(
      composite(`
    - { run: 'echo "SAY $A $B"; echo L=later >> "$GITHUB_ENV"', shell: bash, env: { B: inner } }
    - { run: 'echo "SAY $A [$B] $L"', shell: bash }
`),
      `
- { uses: tools/kit/c@main, env: { A: outer } }
- run: echo "SAY [$A] $L"
`,
    );
    await using _ = world;
    expect(said).toEqual(["outer inner", "outer [] later", "[] later"]);
  });

  it("runs the posts of the actions inside when the job ends", async () => {
    const { world, said } = await using(
      {
        ...composite(`
    - uses: tools/kit/node@main
      with: { who: first }
    - uses: tools/kit/node@main
      with: { who: second }
`),
        ...NODE_FILES,
        "node/action.yml": NODE_ACTION.replace("pre: pre.js, ", ""),
        "node/main.js": `require("node:fs").appendFileSync(process.env.GITHUB_STATE, "kept=" + process.env.INPUT_WHO)`,
      },
      `
- uses: tools/kit/c@main
- run: echo SAY last
`,
    );
    await using _ = world;
    expect(said).toEqual(["last", "post second", "post first"]);
  });

  it("cannot name secrets: they come as inputs", async () => {
    const { world, id } = await using(
      composite(`
    - { shell: bash, run: "echo \${{ secrets.KEY }}" }
`),
      "- { uses: tools/kit/c@main }",
    );
    await using _ = world;
    expect(world.job(id, "job").annotations[0]?.message).toContain("Unrecognized named-value: 'secrets'");
  });

  it("nests nine deep and no deeper", async () => {
    const level = (n: number) => [
      `l${n}/action.yml`,
      `name: l\ndescription: x\nruns: { using: composite, steps: [{ ${n === 11 ? "run: echo, shell: bash" : `uses: tools/kit/l${n + 1}@main`} }] }`,
    ];
    const kit = Object.fromEntries(Array.from({ length: 11 }, (_, index) => level(index + 1)));
    const deep = await using(kit, "- { uses: tools/kit/l1@main }");
    const fits = await using(kit, "- { uses: tools/kit/l3@main }");
    await using _deep = deep.world;
    await using _fits = fits.world;
    expect(deep.world.job(deep.id, "job").annotations[0]?.message).toBe(
      "Composite action depth exceeded max depth 9",
    );
    expect(fits.world.job(fits.id, "job").conclusion).toBe("success");
  });
});
