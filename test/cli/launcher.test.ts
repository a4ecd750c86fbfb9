/** The command as built is used while it is current, and never after (docs/decisions/170). */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import pkg from "../../package.json" with { type: "json" };

const root = resolve(import.meta.dirname, "../..");
const copy = mkdtempSync(join(tmpdir(), "attractor-launcher-"));
const built = join(copy, "build/command");

const attractor = (...args: string[]): string =>
  execFileSync(process.execPath, [join(copy, "bin/attractor"), ...args], { encoding: "utf8" });

/** Every built part says so where the usage of `validate` begins. */
function mark(): void {
  for (const name of readdirSync(built)) {
    if (!name.endsWith(".mjs")) continue;
    const text = readFileSync(join(built, name), "utf8");
    writeFileSync(join(built, name), text.replaceAll("Checks each graph", "AS BUILT: checks each graph"));
  }
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
  execFileSync(process.execPath, [join(copy, "scripts/command.ts")], { stdio: "pipe" });
  mark();
}, 120_000);
afterAll(() => rmSync(copy, { recursive: true, force: true }));

describe("the launcher", () => {
  it("says the version itself, as the engine does", () => {
    const said = `attractor ${pkg.version}\n`;
    expect(attractor("--version")).toBe(said);
    expect(
      execFileSync(process.execPath, [join(root, "cli/main.ts"), "--version"], { encoding: "utf8" }),
    ).toBe(said);
  });

  it("runs what was built, and the sources when asked", () => {
    expect(attractor("validate", "--help")).toContain("AS BUILT: checks each graph");
    expect(attractor("--from-sources", "validate", "--help")).toContain("\nChecks each graph");
  });

  it("a change that another command is made of does not slow this one", () => {
    change("cli/stop.ts", "usage: attractor stop", "usage: attractor STOP");
    expect(attractor("stop", "--help")).toContain("usage: attractor STOP");
    expect(attractor("validate", "--help")).toContain("AS BUILT");
  });

  it("runs the sources once a file that the command is made of is another, however deep", () => {
    const deep = "engine/graph/lexer.ts";
    const was = readFileSync(join(copy, deep));
    expect(attractor("validate", "--help")).toContain("AS BUILT");
    change(deep, "\n", "\n\n");
    expect(attractor("validate", "--help")).not.toContain("AS BUILT");
    writeFileSync(join(copy, deep), was);
    // The same bytes at another time: nobody looked into them.
    expect(attractor("validate", "--help")).not.toContain("AS BUILT");
  });

  it("runs the sources where nothing was built", () => {
    rmSync(built, { recursive: true });
    expect(attractor("validate", "--help")).toContain("\nChecks each graph");
  });
});
