/** The release workflow as it stands, run by the box's executor: only npm's registry and the `gh` command are stand-ins. */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Octokit } from "octokit";
import { expect, it, onTestFinished } from "vitest";
import { createExecutor } from "../../box/executor/executor.ts";
import { standIns } from "../../box/executor/stand-ins.ts";
import { startBox } from "../../box/server.ts";
import pkg from "../../package.json" with { type: "json" };

const ROOT = resolve(import.meta.dirname, "../..");
const own = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const TAG = `v${pkg.version}`;
const MAJOR = TAG.split(".")[0]!;

/** npm packs and publishes; `gh` asks GitHub's API, and keeps a release, which the box does not have. */
function programs(bin: string, log: string): void {
  const program = (name: string, text: string): void => {
    writeFileSync(join(bin, name), `#!/bin/bash\nset -eu\nnote() { echo "$*" >> "${log}"; }\n${text}`);
    chmodSync(join(bin, name), 0o755);
  };
  program(
    "npm",
    `case "$1 \${2:-}" in
"run package") mkdir -p build; echo packed > build/attractor-${pkg.version}.tgz; note "npm run package" ;;
"sbom "*) echo '{"bomFormat":"CycloneDX"}' ;;
"publish "*) test -f "$2"; grep -q "^registry=https://registry.npmjs.org" "$NPM_CONFIG_USERCONFIG"; note "npm $*, token \${NODE_AUTH_TOKEN:-none}" ;;
*) echo "npm $* is not played here" >&2; exit 1 ;;
esac
`,
  );
  program(
    "gh",
    `if [ "$1 $2" = "release create" ]; then
  for file in "$4" "$5" build/notes.md; do test -s "$file"; done
  note "gh release create $3 $4 $5: $(head -c 40 build/notes.md | tr '\\n' ' ')"
  exit 0
fi
test "$1" = api; shift
method=POST
if [ "$1" = --method ]; then method=$2; shift 2; fi
path=$1; shift
body=$(node -e 'const out = {}; for (let i = 1; i < process.argv.length; i += 2) { const [key, ...value] = process.argv[i + 1].split("="); const text = value.join("="); out[key] = process.argv[i] === "-F" && text === "true" ? true : text; } console.log(JSON.stringify(out))' -- "$@")
note "gh api $method $path $body"
curl --silent --show-error --fail --request "$method" --header "authorization: Bearer $GH_TOKEN" --header "content-type: application/json" --data "$body" "$GITHUB_API_URL/$path" > /dev/null
`,
  );
}

async function released(files: Readonly<Record<string, string>> = {}) {
  const home = mkdtempSync(join(tmpdir(), "release-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const [bin, log] = [join(home, "bin"), join(home, "log")];
  mkdirSync(bin);
  writeFileSync(log, "");
  programs(bin, log);
  const box = await startBox({
    limits: "off",
    executor: (actions) =>
      createExecutor(actions, {
        registry: standIns,
        runners: 1,
        labels: ["ubuntu-latest"],
        workRoot: home,
        hostPath: `${bin}:${dirname(process.execPath)}:${process.env.PATH}`,
      }),
  });
  onTestFinished(() => box.close());
  const ada = box.user("ada");
  const repository = await box.createRepository({
    owner: ada,
    name: "attractor",
    files: {
      ".github/workflows/release.yml": own(".github/workflows/release.yml"),
      "scripts/release-check.ts": own("scripts/release-check.ts"),
      "package.json": own("package.json"),
      "CHANGELOG.md": own("CHANGELOG.md"),
      // What it runs is the rest of this suite.
      ".ci/run": `echo checked >> "${log}"\n`,
      ...files,
    },
  });
  box.setEnvironment(repository, "release");
  repository.secrets.set("NPM_TOKEN", "npm-0123456789");
  const me = new Octokit({ auth: box.tokenOf(ada), baseUrl: box.apiUrl });
  const at = { owner: "ada", repo: "attractor" };
  const ref = (name: string) => me.rest.git.getRef({ ...at, ref: name }).then(({ data }) => data.object.sha);
  const tag = async (name: string) => {
    await me.rest.git.createRef({ ...at, ref: `refs/tags/${name}`, sha: await ref("heads/main") });
    do await setTimeout(20).then(() => box.idle());
    while ([...repository.runs.values()].some((run) => run.attempts.at(-1)?.status !== "completed"));
  };
  const said = (): string[] => readFileSync(log, "utf8").split("\n").filter(Boolean);
  return { box, repository, ada, ref, tag, said };
}

it("a version's tag is checked, tested, packed, published with its bill of materials, and the major version's tag follows", async () => {
  const here = await released();
  await here.tag("not-a-version");
  expect([...here.repository.runs.values()]).toEqual([]);
  await here.tag(TAG);
  const [run] = here.repository.runs.values();
  const jobs = run?.attempts.at(-1)?.jobs ?? [];
  expect(
    jobs.map(({ name, conclusion }) => `${name}: ${conclusion}`),
    jobs.map(({ log }) => log).join("\n"),
  ).toEqual(["Check, pack, publish: success"]);
  const patch = { sha: await here.ref("heads/main"), force: true };
  expect(here.said()).toEqual([
    "checked",
    "npm run package",
    `npm publish build/attractor-${pkg.version}.tgz --provenance --access public, token npm-0123456789`,
    expect.stringMatching(
      `^gh release create ${TAG} build/attractor-${pkg.version}.tgz build/sbom.json: \\S`,
    ),
    `gh api PATCH repos/ada/attractor/git/refs/tags/${MAJOR} ${JSON.stringify(patch)}`,
    expect.stringMatching(`^gh api POST repos/ada/attractor/git/refs .*refs/tags/${MAJOR}"`),
  ]);
  expect(await here.ref(`tags/${MAJOR}`)).toBe(await here.ref("heads/main"));
}, 120_000);

it("a tag that is not the package's version publishes nothing", async () => {
  const here = await released();
  await here.tag("v99.0.0");
  const [run] = here.repository.runs.values();
  expect(run?.attempts.at(-1)?.conclusion).toBe("failure");
  expect(here.said()).toEqual([]);
}, 120_000);

it("tests that fail publish nothing", async () => {
  const here = await released({ ".ci/run": "exit 1\n" });
  await here.tag(TAG);
  const [run] = here.repository.runs.values();
  expect(run?.attempts.at(-1)?.conclusion).toBe("failure");
  expect(here.said()).toEqual([]);
}, 120_000);
