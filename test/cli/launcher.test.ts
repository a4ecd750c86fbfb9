/** The command as built is used while it is current, and never after (docs/decisions/170). */
import { execFileSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import pkg from "../../package.json" with { type: "json" };

const root = resolve(import.meta.dirname, "../..");
const place = mkdtempSync(join(tmpdir(), "attractor-launcher-"));
const copy = join(place, "copy");
const built = join(copy, "build/command");
const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}` };

const attractor = (...args: string[]): string => attractorOf(copy, ...args);
const attractorOf = (folder: string, ...args: string[]): string =>
  execFileSync(join(folder, "bin/attractor"), args, { encoding: "utf8", env, cwd: place });

/** So the usage of `validate` says which of the two ran. As long as the other, and as old: the build is current. */
const [SOURCE, BUILT] = ["Checks each graph", "Built: each graph"];

function build(): void {
  const file = join(copy, "cli/validate.ts");
  const was = readFileSync(file, "utf8");
  writeFileSync(file, was.replace(SOURCE, BUILT));
  utimesSync(file, 1, 1);
  execFileSync(process.execPath, [join(copy, "scripts/command.ts")], { stdio: "pipe" });
  writeFileSync(file, was);
  utimesSync(file, 1, 1);
}

const change = (file: string, from: string, to: string): void =>
  writeFileSync(join(copy, file), readFileSync(join(copy, file), "utf8").replace(from, to));

beforeAll(() => {
  for (const part of [
    "action",
    "app",
    "bin",
    "box",
    "cli",
    "demo",
    "engine",
    "github",
    "scripts",
    "package.json",
  ])
    cpSync(join(root, part), join(copy, part), { recursive: true, preserveTimestamps: true });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  build();
}, 120_000);
afterAll(() => rmSync(place, { recursive: true, force: true }));

const GRAPH = join(place, "g.dot");
const STAGE = `a [shape=parallelogram, tool_command="true"]`;
writeFileSync(
  GRAPH,
  `digraph g { graph [goal="g"]; s [shape=Mdiamond]; e [shape=Msquare]; ${STAGE}; s -> a -> e }`,
);

describe("the launcher", () => {
  it("says the version itself, as the engine does", () => {
    const said = `attractor ${pkg.version}\n`;
    expect(attractor("--version")).toBe(said);
    expect(
      execFileSync(process.execPath, [join(root, "cli/main.ts"), "--version"], { encoding: "utf8" }),
    ).toBe(said);
  });

  it("runs what was built, and the sources when asked", () => {
    expect(attractor("validate", "--help")).toContain(`\n${BUILT}`);
    expect(attractor("--from-sources", "validate", "--help")).toContain(`\n${SOURCE}`);
  });

  it("starts from a snapshot, without any of the built files", () => {
    const away = join(place, "away");
    mkdirSync(away);
    for (const name of ["validate.mjs", "run.mjs", "main.mjs"])
      renameSync(join(built, name), join(away, name));
    expect(attractor("validate", "--help")).toContain(BUILT);
    const ids = [1, 2].map(() => {
      const final = JSON.parse(
        attractor("run", GRAPH, "--json", "--workdir", mkdtempSync(join(place, "work-"))),
      );
      expect(final).toMatchObject({ status: "success" });
      return final.run_id;
    });
    // What is random is not in the snapshot.
    expect(ids[0]).not.toBe(ids[1]);
    expect(() => attractor("validate", "none.dot")).toThrow(/none\.dot/);
    for (const name of ["validate.mjs", "run.mjs", "main.mjs"])
      renameSync(join(away, name), join(built, name));
  });

  it("starts the built files where there is no snapshot, and where the folder was moved", () => {
    const blob = join(built, "validate.blob");
    renameSync(blob, join(place, "validate.blob"));
    expect(attractor("validate", "--help")).toContain(BUILT);
    renameSync(join(place, "validate.blob"), blob);
    const moved = join(place, "moved");
    renameSync(copy, moved);
    try {
      expect(attractorOf(moved, "validate", "--help")).toContain(BUILT);
    } finally {
      renameSync(moved, copy);
    }
  });

  it("a link to it from elsewhere is followed", () => {
    symlinkSync("copy/bin/attractor", join(place, "linked"));
    const said = execFileSync(join(place, "linked"), ["validate", "--help"], { encoding: "utf8", env });
    expect(said).toContain(BUILT);
  });

  it("a change that another command is made of does not slow this one", () => {
    change("cli/stop.ts", "usage: attractor stop", "usage: attractor STOP");
    expect(attractor("stop", "--help")).toContain("usage: attractor STOP");
    expect(attractor("validate", "--help")).toContain(BUILT);
  });

  it("runs the sources once a file that the command is made of is another, however deep", () => {
    const deep = "engine/graph/lexer.ts";
    const was = readFileSync(join(copy, deep));
    expect(attractor("validate", "--help")).toContain(BUILT);
    change(deep, "\n", "\n\n");
    expect(attractor("validate", "--help")).not.toContain(BUILT);
    writeFileSync(join(copy, deep), was);
    // The same bytes at another time: nobody looked into them.
    expect(attractor("validate", "--help")).not.toContain(BUILT);
  });

  it("runs the sources where nothing was built", () => {
    rmSync(built, { recursive: true });
    expect(attractor("validate", "--help")).toContain(`\n${SOURCE}`);
  });
});
