/** A stranger's hour: the tutorial typed in an empty repository, with the output that it prints. */
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { ENGINE_VERSION } from "../../engine/version.ts";
import { folder, git, until } from "../local/world.ts";
import { blocksOf, type Place, place, printsAs, root, runBlocks } from "./run-page.ts";

const LONG = 240_000;
const PAGE = "docs/tutorial.md";

async function seen(here: Place, run: string): Promise<string> {
  const view = spawn("npx", ["attractor", "view", run], { cwd: here.home, env: here.env, detached: true });
  onTestFinished(() => void process.kill(-view.pid!, "SIGKILL"));
  let text = "";
  for (const from of [view.stdout, view.stderr]) from.on("data", (chunk) => (text += chunk));
  const address = await until("an address", () => /http:\/\/\S+/.exec(text)?.[0]);
  const [shown] = blocksOf(PAGE).filter(({ code }) => code.includes("attractor view"));
  await until("what the page says", () => printsAs(shown!.prints!).test(text));
  return (await fetch(address)).text();
}

describe("the tutorial", () => {
  it("begins with what makes npx find the command in any repository", () => {
    const [first] = blocksOf(PAGE);
    const { home } = place();
    const prefix = folder();
    mkdirSync(join(prefix, "bin"));
    const env = { ...process.env, npm_config_prefix: prefix, npm_config_offline: "true" };
    const typed = first!.code.replace(/^npm ci$/m, "");
    expect(typed).not.toBe(first!.code);
    execFileSync("sh", ["-ec", typed], { cwd: root, env });
    const said = execFileSync("npx", ["attractor", "--version"], { cwd: home, env, encoding: "utf8" });
    expect(said).toBe(`attractor ${ENGINE_VERSION}\n`);
  });

  it(
    "R-EASE-3: each step does what it says, from an empty repository on",
    async () => {
      const here = place();
      const ran = runBlocks(PAGE, here);
      for (const { block, code, output } of ran) {
        expect([code, output], `${PAGE}:${block.line}`).toEqual([0, expect.any(String)]);
        if (block.prints !== null) expect(output, `${PAGE}:${block.line}`).toMatch(printsAs(block.prints));
      }
      expect(ran).toHaveLength(blocksOf(PAGE).filter(({ notRun }) => notRun === null).length);
      const said = ran.map(({ output }) => output).join("");
      // What a stranger tries in the first hour, each with what the page says that it prints.
      const shown = ran
        .filter(({ block }) => (block.prints ?? "…").trim() !== "…")
        .map(({ block }) => block.code);
      for (const name of ["new", "validate", "plan", "run", "logs", "diagnose", "init", "doctor"])
        expect(
          shown.some((code) => code.includes(`npx attractor ${name} `)),
          name,
        ).toBe(true);
      expect(said).toContain("A run would be refused now");
      expect(git(here.home, "status", "--short")).not.toContain("greeting.txt");
      expect(await seen(here, "greet")).toContain("greet");
    },
    LONG,
  );
});
