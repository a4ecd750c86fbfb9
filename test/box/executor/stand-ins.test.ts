import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Boxed, createBoxed, jobOf, logOf } from "./support/boxed.ts";
import { oneJob, saidIn } from "./support/text.ts";

let boxed: Boxed;
let files = 0;

beforeAll(async () => {
  boxed = await createBoxed({ "README.md": "one\n" });
  await boxed.commit({ "src/a.txt": "a\n", "src/.hidden": "h\n", "src/deep/b.txt": "b\n" });
});
afterAll(() => boxed[Symbol.asyncDispose]());

/** One job of these steps, committed and run; what it said and what was annotated. */
async function steps(text: string, extra = "") {
  const file = `w${++files}.yml`;
  await boxed.commit({ [`.github/workflows/${file}`]: oneJob(text, extra) });
  const attempt = await boxed.run(file);
  const job = jobOf(attempt, "job");
  return {
    conclusion: attempt.conclusion,
    said: saidIn(logOf(job)),
    errors: job?.check.annotations.map(({ message }) => message).join("\n") ?? "",
  };
}

describe("the checkout stand-in", () => {
  it("fetches one commit of the event's own, on its branch, and leaves the token to git outside .git/config", async () => {
    const { said } = await steps(`
- uses: actions/checkout@v7
  id: co
- run: |
    echo "SAY $(git rev-list --count HEAD) $(git branch --show-current) $(ls README.md)"
    [ "$(git rev-parse HEAD)" = "$GITHUB_SHA" ] && [ "\${{ steps.co.outputs.commit }}" = "$GITHUB_SHA" ] && echo SAY sha
    grep -ci authorization .git/config | sed 's/^/SAY /'
    git ls-remote origin HEAD > /dev/null && echo SAY authorized
`);
    expect(said).toEqual(["1 main README.md", "sha", "0", "authorized"]);
  });

  it("persists no credentials when told so", async () => {
    const { said } = await steps(`
- { uses: actions/checkout@v7, with: { persist-credentials: false } }
- run: git ls-remote origin HEAD 2> /dev/null || echo SAY refused
`);
    expect(said).toEqual(["refused"]);
  });

  it("takes a ref, a SHA, a path, a depth of zero", async () => {
    const first = await boxed.commit({ "marker.txt": "first\n" });
    await boxed.commit({ "marker.txt": "second\n" });
    const { said } = await steps(`
- { uses: actions/checkout@v7, with: { ref: ${first}, path: old } }
- { uses: actions/checkout@v7, with: { ref: main, path: new, fetch-depth: 0 } }
- run: echo "SAY $(cat old/marker.txt) $(git -C old branch --show-current)$(cat new/marker.txt) $(( $(git -C new rev-list --count HEAD) > 3 ))"
`);
    expect(said).toEqual(["first second 1"]);
  });

  it("cannot fetch with a token that may not read contents", async () => {
    const { conclusion } = await steps("- uses: actions/checkout@v7", "permissions: { issues: read }");
    expect(conclusion).toBe("failure");
  });

  it("refuses inputs that it does not honour, versions that do not exist, and paths that lead out", async () => {
    const input = await steps("- { uses: actions/checkout@v7, with: { lfs: true } }");
    expect(input.errors).toContain("Unexpected input(s) 'lfs'");
    expect(input.conclusion).toBe("failure");
    expect((await steps("- { uses: actions/checkout@v99 }")).errors).toContain(
      "unable to find version `v99`",
    );
    expect((await steps("- { uses: actions/checkout@v7, with: { path: ../out } }")).errors).toContain(
      "is not under",
    );
  });
});

describe("the artifact stand-ins", () => {
  it("carry files with their folders below the path, hidden ones only when asked", async () => {
    const { said, conclusion } = await steps(`
- uses: actions/checkout@v7
- { uses: actions/upload-artifact@v7, id: up, with: { name: tree, path: src } }
- { uses: actions/upload-artifact@v7, with: { name: all, path: src, include-hidden-files: true } }
- { uses: actions/upload-artifact@v7, with: { name: one, path: src/deep/b.txt } }
- { uses: actions/download-artifact@v8, with: { path: got } }
- run: |
    (cd got && find . -type f | sort | sed 's/^/SAY /')
    echo "SAY $(( \${{ steps.up.outputs.artifact-id }} > 0 )) \${#DIGEST}"
  env: { DIGEST: "\${{ steps.up.outputs.artifact-digest }}" }
`);
    expect(conclusion).toBe("success");
    expect(said).toEqual([
      "./all/.hidden",
      "./all/a.txt",
      "./all/deep/b.txt",
      "./one/b.txt",
      "./tree/a.txt",
      "./tree/deep/b.txt",
      "1 64",
    ]);
  });

  it("select by pattern and merge", async () => {
    const { said } = await steps(`
- run: for x in a b c; do echo $x > $x.txt; done
- { uses: actions/upload-artifact@v7, with: { name: leg-a, path: a.txt } }
- { uses: actions/upload-artifact@v7, with: { name: leg-b, path: b.txt } }
- { uses: actions/upload-artifact@v7, with: { name: other, path: c.txt } }
- { uses: actions/download-artifact@v8, with: { pattern: leg-*, merge-multiple: true, path: got } }
- run: echo "SAY $(ls got | tr '\\n' ' ')"
`);
    expect(said).toEqual(["a.txt b.txt "]);
  });

  it("refuse a second upload of a name, unless it overwrites", async () => {
    const { conclusion, errors, said } = await steps(`
- run: echo 1 > f
- { uses: actions/upload-artifact@v7, with: { name: n, path: f } }
- { uses: actions/upload-artifact@v7, id: again, continue-on-error: true, with: { name: n, path: f } }
- run: echo "SAY \${{ steps.again.outcome }}"
- { uses: actions/upload-artifact@v7, with: { name: n, path: f, overwrite: true } }
`);
    expect(said).toEqual(["failure"]);
    expect(errors).toContain("an artifact with this name already exists on the workflow run");
    expect(conclusion).toBe("success");
  });

  it("warn, fail or say nothing when there is nothing to upload", async () => {
    const { said, errors } = await steps(`
- { uses: actions/upload-artifact@v7, id: w, with: { path: none } }
- { uses: actions/upload-artifact@v7, id: e, continue-on-error: true, with: { path: none, if-no-files-found: error } }
- run: echo "SAY \${{ steps.w.outcome }} \${{ steps.e.outcome }}"
`);
    expect(said).toEqual(["success failure"]);
    expect(errors).toContain("No files were found with the provided path: none");
  });

  it("fail to download what nobody uploaded", async () => {
    const { conclusion, errors } = await steps(
      "- { uses: actions/download-artifact@v8, with: { name: missing } }",
    );
    expect(conclusion).toBe("failure");
    expect(errors).toContain("Artifact not found for name: missing");
  });
});

describe("the setup-node stand-in", () => {
  it("has the box's own version and says so when another one is asked for", async () => {
    const major = process.versions.node.split(".")[0];
    const { said, errors } = await steps(`
- { uses: actions/setup-node@v7, id: n, with: { node-version: "${major}" } }
- run: echo "SAY $(node --version) \${{ steps.n.outputs.node-version }}"
- { uses: actions/setup-node@v7, with: { node-version: 12 } }
`);
    expect(said).toEqual([`${process.version} ${process.version}`]);
    expect(errors).toContain(`the box has Node ${process.version} only`);
  });
});
