import { describe, expect, it } from "vitest";
import { oneJob, saidIn, works } from "./support/text.ts";
import { runOnce } from "./support/world.ts";

const runSteps = async (steps: string, extra = "", options: Parameters<typeof runOnce>[1] = {}) => {
  await using world = await runOnce(oneJob(steps, extra), options);
  const job = world.job(world.id, "job");
  return {
    conclusion: world.run.conclusion,
    said: saidIn(job.log),
    log: job.log,
    steps: job.steps.map(({ name, conclusion }) => `${name}: ${conclusion}`),
    annotations: job.annotations.map(({ level, message, path, startLine }) => ({
      level,
      message,
      path,
      startLine,
    })),
    summaries: [...job.summaries.values()],
    outputs: job.outputs,
  };
};

describe("steps", () => {
  it("after a failed one are skipped, unless their condition asks for failure or always", async () => {
    const { steps, conclusion } = await runSteps(`
- { name: bad, run: exit 3 }
- { name: plain, run: echo }
- { name: on failure, if: failure(), run: echo }
- { name: anyway, if: always(), run: echo }
- { name: unless, if: "!cancelled()", run: echo }
- { name: wrapped, if: "1 == 1", run: echo }
`);
    expect(conclusion).toBe("failure");
    expect(steps).toEqual([
      "Set up job: success",
      "bad: failure",
      "plain: skipped",
      "on failure: success",
      "anyway: success",
      "unless: success",
      "wrapped: skipped",
      "Complete job: success",
    ]);
  });

  it("that fail with continue-on-error have the outcome failure and the conclusion success", async () => {
    const { said, conclusion } = await runSteps(`
- { id: bad, continue-on-error: true, run: exit 1 }
- run: echo "SAY \${{ steps.bad.outcome }} \${{ steps.bad.conclusion }} \${{ job.status }}"
- { if: failure(), run: echo SAY not me }
`);
    expect(said).toEqual(["failure success success"]);
    expect(conclusion).toBe("success");
  });

  it("take env in layers: workflow, job, GITHUB_ENV, step", async () => {
    await using world = await runOnce(`
on: workflow_dispatch
env: { A: workflow, B: workflow, C: workflow, D: workflow }
jobs:
  job:
    runs-on: ubuntu-latest
    env: { B: job, C: job, D: job }
    steps:
      - run: printf 'C=file\\nD=file\\nGITHUB_SHA=mine\\n' >> "$GITHUB_ENV"
      - env: { D: step, E: "\${{ env.C }}" }
        run: echo "SAY $A $B $C $D $E \${{ env.D }} $([ "$GITHUB_SHA" = mine ] && echo overridden || echo kept)"
`);
    expect(saidIn(world.job(world.id, "job").log)).toEqual(["workflow job file step file step kept"]);
  });

  it("run scripts of several lines with expressions in them exactly as written", async () => {
    const { said } = await runSteps(`
- run: |
    cat > file <<'EOF'
    it's \${{ github.actor }}'s "own"
      indented {x} \${{ github.run_id }}
    EOF
    sed 's/^/SAY /' file
- shell: bash
  run: >-
    echo
    "SAY \${{ github.ref_name }}"
    folded
`);
    expect(said).toEqual([`it's octo's "own"`, "  indented {x} 1", "main folded"]);
  });

  it("pass outputs on, with line breaks", async () => {
    const { said } = await runSteps(`
- id: out
  run: |
    { echo 'text<<X'; echo 'one'; echo 'two'; echo X; } >> "$GITHUB_OUTPUT"
    echo 'plain=a=b' >> "$GITHUB_OUTPUT"
- env: { TEXT: "\${{ steps.out.outputs.text }}" }
  run: echo "SAY $(echo "$TEXT" | tail -1) \${{ steps.out.outputs.plain }}"
`);
    expect(said).toEqual(["two a=b"]);
  });

  it("fail when a command file is not what it should be", async () => {
    const { annotations, conclusion } = await runSteps(`- run: echo nonsense >> "$GITHUB_OUTPUT"`);
    expect(conclusion).toBe("failure");
    expect(annotations.map(({ message }) => message)).toEqual([
      "Unable to process file command 'output' successfully.",
      "Invalid format 'nonsense'",
    ]);
  });

  it("put folders before PATH, the newest first", async () => {
    const { said } = await runSteps(`
- run: |
    mkdir -p a b
    printf '#!/bin/sh\\necho SAY a\\n' > a/tool; printf '#!/bin/sh\\necho SAY b\\n' > b/tool; chmod +x a/tool b/tool
    echo "$PWD/a" >> "$GITHUB_PATH"; echo "$PWD/b" >> "$GITHUB_PATH"
- run: tool
`);
    expect(said).toEqual(["b"]);
  });

  it("may not smuggle NODE_OPTIONS in by GITHUB_ENV", async () => {
    const { said, annotations } = await runSteps(`
- run: echo 'NODE_OPTIONS=--require /x' >> "$GITHUB_ENV"
- run: echo "SAY [$NODE_OPTIONS]"
`);
    expect(said).toEqual(["[]"]);
    expect(annotations[0]?.message).toContain("Can't store NODE_OPTIONS");
  });

  it("without a shell run by bash -e, with shell: bash also by pipefail (docs: jobs.<id>.steps[*].shell)", async () => {
    const { steps } = await runSteps(`
- { name: no pipefail, run: false | true }
- { name: pipefail, shell: bash, continue-on-error: true, run: false | true }
- { name: errexit, continue-on-error: true, run: "false; echo SAY on" }
- { name: sh, shell: sh, run: "test -z \\"$BASH_VERSION\\" || true" }
- { id: p, name: after, run: echo }
`);
    expect(steps.slice(1, -1)).toEqual([
      "no pipefail: success",
      "pipefail: success",
      "errexit: success",
      "sh: success",
      "after: success",
    ]);
  });

  it("with an unknown shell fail and say what is known", async () => {
    const { annotations } = await runSteps(`- { shell: pwsh, run: echo }`);
    expect(annotations[0]?.message).toContain("The box knows bash, sh");
  });

  it("work in defaults.run's folder, or in their own below the workspace", async () => {
    const { said, annotations } = await runSteps(
      `
- { working-directory: ., run: mkdir -p sub own }
- run: echo "SAY $(basename "$PWD")"
- { working-directory: own, run: 'echo "SAY $(basename "$PWD")"' }
- { working-directory: nowhere, run: echo }
`,
      "defaults: { run: { working-directory: sub } }",
    );
    expect(said).toEqual(["sub", "own"]);
    expect(annotations[0]?.message).toContain("No such file or directory");
  });

  it("never see a runtime token; only JavaScript actions do (a trap that local emulators hide)", async () => {
    const { said } = await runSteps(
      `- run: echo "SAY [$ACTIONS_RUNTIME_TOKEN$ACTIONS_RESULTS_URL$GITHUB_TOKEN]"`,
    );
    expect(said).toEqual(["[]"]);
  });

  it("see nothing of the host's environment but PATH", async () => {
    process.env.BOX_TEST_LEAK = "leaked";
    try {
      const { said } = await runSteps(`- run: echo "SAY [$BOX_TEST_LEAK] $(basename "$HOME")"`);
      expect(said).toEqual(["[] home"]);
    } finally {
      delete process.env.BOX_TEST_LEAK;
    }
  });

  it("start in an empty workspace with a home, a temp folder and an event of their own", async () => {
    const { said } = await runSteps(`
- run: |
    echo "SAY $(ls -A | wc -l) $(ls -A "$HOME" | wc -l) $(test -d "$RUNNER_TEMP" && echo temp)"
    echo "SAY $(grep -c workflow_dispatch <<< "$GITHUB_EVENT_NAME") $(grep -o '"ref": "[^"]*"' "$GITHUB_EVENT_PATH")"
`);
    expect(said).toEqual(["0 0 temp", '1 "ref": "refs/heads/main"']);
  });

  it("annotate by commands, ten of a level at most, and files below the workspace are relative", async () => {
    const { annotations } = await runSteps(`
- run: |
    echo "::error file=$GITHUB_WORKSPACE/src/a.ts,line=7,title=T::broken"
    for i in $(seq 12); do echo "::warning::w$i"; done
`);
    expect(annotations[0]).toEqual({ level: "failure", message: "broken", path: "src/a.ts", startLine: 7 });
    expect(annotations.filter(({ level }) => level === "warning")).toHaveLength(10);
  });

  it("print commands as text between stop-commands and its token", async () => {
    const { annotations, log } = await runSteps(`
- run: |
    echo "::stop-commands::tok-123"
    echo "::error::inert"
    echo "::add-mask::visible"
    echo "::tok-123::"
    echo "::notice::heard"
    echo visible
`);
    expect(annotations.map(({ message }) => message)).toEqual(["heard"]);
    expect(log).toContain("\n::error::inert\n");
    expect(log).toContain("\nvisible\n");
  });

  it("fail by a stop token that is a command, and by disabled commands", async () => {
    const { steps } = await runSteps(`
- { name: a, continue-on-error: true, run: 'echo "::stop-commands::error"' }
- { name: b, run: 'echo "::set-env name=X::y"' }
`);
    expect(steps.slice(1, 3)).toEqual(["a: success", "b: failure"]);
  });

  it("hide masked values and secrets in log, annotations and summary", async () => {
    const { log, annotations, summaries } = await runSteps(
      `
- env: { S: "\${{ secrets.KEY }}" }
  run: |
    echo "::add-mask::mask-me"
    echo "mask-me and $S"
    echo "::error::$S"
    echo "mask-me $S" >> "$GITHUB_STEP_SUMMARY"
`,
      "",
      { secrets: { KEY: "top-secret" } },
    );
    for (const text of [log.replaceAll(/^echo .*$/gm, ""), annotations[0]?.message, summaries.join()]) {
      expect(text).not.toMatch(/top-secret|[^:]mask-me and|mask-me \*/);
      expect(text).toContain("***");
    }
  });

  it("lose a summary of more than 1 MiB as a whole, with an error, and pass", async () => {
    const { summaries, annotations, conclusion } = await runSteps(`
- run: head -c 1048577 /dev/zero | tr '\\0' x >> "$GITHUB_STEP_SUMMARY"
- run: echo small >> "$GITHUB_STEP_SUMMARY"
`);
    expect(summaries).toEqual(["small\n"]);
    expect(annotations[0]?.message).toContain("supports content up to a size of 1024k");
    expect(conclusion).toBe("success");
  });

  it("with an expression in the script run what the expression contains: injection is real", async () => {
    const { said } = await runSteps(`- run: echo \${{ github.event.inputs.title }}`, "", {
      inputs: { title: "x; echo SAY injected" },
    });
    expect(said).toEqual(["injected"]);
  });

  it("hash files of the workspace, and nothing for no match", async () => {
    const { said } = await runSteps(`
- run: echo a > a.txt
- run: echo "SAY \${{ hashFiles('*.txt') == hashFiles('a.*') }} \${{ hashFiles('*.none') == '' }}"
`);
    expect(said).toEqual(["true true"]);
  });

  it("leave no process behind when the job is over", async () => {
    const { said } = await runSteps(`
- run: |
    setsid sh -c 'sleep 300' < /dev/null > /dev/null 2>&1 &
    echo "SAY $!"
`);
    expect(works(Number(said[0]))).toBe(false);
  });
});
