import { spawn } from "node:child_process";
import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { readFile } from "../../../engine/agents/api/tool-host/read.ts";
import { writeFile } from "../../../engine/agents/api/tool-host/write.ts";
import { place } from "./place.ts";

/** Changes what two names stand for, as fast as it can; a folder that is made in the place of one gives way. */
const SWAPS = `
const { renameSync, rmdirSync } = require("node:fs");
const [one, other] = process.argv.slice(1);
const aside = one + ".aside";
process.stdout.write("ready");
for (;;)
  for (const [from, to] of [[one, aside], [other, one], [one, other], [aside, one]])
    try {
      renameSync(from, to);
    } catch {
      try {
        rmdirSync(one);
        renameSync(from, to);
      } catch {}
    }`;

async function swapped(one: string, other: string): Promise<void> {
  const child = spawn(process.execPath, ["-e", SWAPS, one, other]);
  onTestFinished(() => void child.kill("SIGKILL"));
  await new Promise((resolve) => child.stdout.once("data", resolve));
}

const TIME_MS = 1000;

/** How often it went well, and how often not. */
async function often(act: () => Promise<unknown>): Promise<[well: number, refused: number]> {
  let [well, refused] = [0, 0];
  for (const began = performance.now(); performance.now() - began < TIME_MS; )
    await act().then(
      () => well++,
      () => refused++,
    );
  return [well, refused];
}

describe("R-AGENT-10: a way that becomes a link while a file tool goes it", () => {
  it.each(["folder", "file"])(
    "leads nowhere outside: a %s",
    async (kind) => {
      const at = place({ "in/secret.txt": "ours" });
      const other = join(at.root, "link");
      if (kind === "folder") symlinkSync(at.outside, other);
      else symlinkSync(join(at.outside, "secret.txt"), other);
      await swapped(kind === "folder" ? join(at.root, "in") : join(at.root, "in/secret.txt"), other);
      const path = "in/secret.txt";
      const seen = new Set<string>();
      const read = await often(async () => seen.add(await readFile(at, { path })));
      expect([...seen]).toEqual(["1\tours"]);
      await often(() => writeFile(at, { path, content: "ours" }));
      expect(readFileSync(join(at.outside, "secret.txt"), "utf8")).toBe("secret");
      expect(Math.min(...read)).toBeGreaterThan(0);
    },
    60_000,
  );

  it("the control: asked by name alone, the same way leads outside", async () => {
    const at = place({ "in/secret.txt": "ours" });
    symlinkSync(at.outside, join(at.root, "link"));
    await swapped(join(at.root, "in"), join(at.root, "link"));
    const seen = new Set<string>();
    await often(async () => seen.add(readFileSync(join(at.root, "in/secret.txt"), "utf8")));
    expect(seen).toContain("secret");
  });
});
