/** Ctrl-C, as a terminal sends it: to the demo and to everything that it started, at several moments. */
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { ATTRACTOR } from "../attractor.ts";
import { folder, until } from "../local/world.ts";

const LONG = 240_000;

it.each([
  ["while it starts", () => true],
  ["when the page is there", (text: string) => text.includes("GitHub in a box:")],
  ["while a stage runs", (text: string, work: string) => text.includes("Ctrl-C ends it") && busy(work)],
])(
  "Ctrl-C %s ends it without a word of an error, and nothing is left",
  async (_, ready: (text: string, work: string) => boolean) => {
    const temp = join(folder(), "temp");
    mkdirSync(temp);
    const demo = spawn(process.execPath, [ATTRACTOR, "demo", "--speed", "100"], {
      cwd: folder(),
      env: { ...process.env, TMPDIR: temp },
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    onTestFinished(() => {
      try {
        process.kill(-demo.pid!, "SIGKILL");
      } catch {}
    });
    let [out, err] = ["", ""];
    demo.stdout.on("data", (chunk) => (out += chunk));
    demo.stderr.on("data", (chunk) => (err += chunk));
    const ended = new Promise<number | null>((resolve) => demo.once("close", resolve));
    await until("its work", () => readdirSync(temp).length > 0 && ready(out, temp), 120_000);
    process.kill(-demo.pid!, "SIGINT");
    expect([await ended, err]).toEqual([0, ""]);
    expect(readdirSync(temp)).toEqual([]);
  },
  LONG,
);

/** A job has its folder of work. */
const busy = (temp: string): boolean =>
  readdirSync(temp, { recursive: true, encoding: "utf8" }).some((name) =>
    /(?:^|\/)_temp(?:\/|$)|workspace|_work/.test(name),
  );
